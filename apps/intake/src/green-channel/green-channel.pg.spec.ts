import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText, rulesInForce } from '@lianban/contracts';
import type { Role } from '@lianban/contracts';
import { postgresEventStore } from '@lianban/event-store';
import { CallerReach, CommandBus } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { AcceptController } from '../accept/accept.controller.js';
import { CaseCommands } from '../case-commands.js';
import { ReRateController } from '../re-rate/re-rate.controller.js';
import { lamp } from '../domain/sample-events.js';
import { OriginalText } from '../requester/original-text.js';
import { GreenChannel } from './green-channel.js';

const infrastructure = testInfrastructure();
const category = '政法/户籍证件/流动人口管理';
let pool: pg.Pool;
let accept: AcceptController;
let reRate: ReRateController;
let green: GreenChannel;
let store: ReturnType<typeof postgresEventStore>;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.intake, max: 8 });
  store = postgresEventStore(pool, 'intake');
  const commands = new CaseCommands(new CommandBus('intake', pool, store, 'only-for-this-test-0123456789'), pool, store);
  const row = (name: string, value: number | readonly string[], effectiveFrom = '2007-01-01T00:00:00+08:00') => ({ name, value, territory: null, effectiveFrom });
  const rules = rulesInForce([row('green-channel-quota', 3), row('green-channel-quota', 1, '2026-05-01T00:00:00+08:00'), row('green-channel-classes', ['政法']), row('green-channel-granters', ['intake'])], () => []);
  green = new GreenChannel({ rules: () => Promise.resolve(rules) });
  accept = new AcceptController(commands, { require: () => Promise.resolve() }, green);
  reRate = new ReRateController(commands, green);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const by = (role: Role): CommandContext => ({
  actor: { id: role, role, department: null, territory: null }, reach: new CallerReach('everything'), mayImport: true, correlationId: 'test', route: 'POST /api/v1/cases/:caseId/accept', requestHash: '',
});
let cases = 0;
const newCase = async (): Promise<string> => {
  const caseId = `0b7b0f9e-0d35-4a53-9a1c-1d5a9a4f8${String((cases += 1)).padStart(3, '0')}`;
  const at = '2026-02-01T01:00:00Z';
  await store.commit({ streamId: caseId, expectedVersion: 0, events: [{ type: 'lianban.case.registered.v1', data: { ...lamp, category } }], meta: { occurredAt: at, recordedAt: at, correlationId: 't', causationId: 't', actor: by('intake').actor } });
  return caseId;
};
const granted = async (at: string, change: { readonly role?: Role; readonly category?: string } = {}): Promise<string> => {
  const caseId = await newCase();
  return accept.accept(caseId, by(change.role ?? 'intake'), { level: 'general', greenChannel: true, occurredAt: at, category: change.category }).then(() => 'granted', (error: { readonly code?: string }) => error.code ?? 'no code');
};

describe('the quota of the green channel', () => {
  it('is not exceeded by many at once, and begins anew each month in China', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => granted('2026-03-31T15:59:00Z')));
    expect([...all].sort()).toEqual(['granted', 'granted', 'granted', ...Array.from({ length: 5 }, () => 'state-conflict')]);
    expect(await granted('2026-03-31T16:00:00Z')).toBe('granted');
    expect(await green.usedIn(pool, '2026-03-15T00:00:00Z')).toEqual({ month: '2026-03', used: 3 });
    expect(await green.usedIn(pool, '2026-04-01T00:00:00Z')).toEqual({ month: '2026-04', used: 1 });
    // Another row from May on.
    expect([await granted('2026-05-02T00:00:00Z'), await granted('2026-05-02T00:00:00Z')]).toEqual(['granted', 'state-conflict']);
  });

  it('says its numbers, and nothing of a refused grant is written', async () => {
    const caseId = await newCase();
    await expect(accept.accept(caseId, by('intake'), { level: 'general', greenChannel: true, occurredAt: '2026-03-31T15:59:30Z' })).rejects.toThrow('all 3 grants of 2026-03');
    expect(await store.read(caseId)).toHaveLength(1);
    await accept.accept(caseId, by('intake'), { level: 'general', occurredAt: '2026-03-31T15:59:30Z' });
    const again = (greenChannel: boolean, at: string) => reRate.reRate(caseId, by('intake'), { level: 'general', greenChannel, reason: new OriginalText(maskText('x')), occurredAt: at });
    await expect(again(true, '2026-03-31T15:59:40Z')).rejects.toThrow('all 3 grants');
    await again(true, '2026-04-02T00:00:00Z');
    await again(false, '2026-04-02T00:00:01Z');
    expect(await green.usedIn(pool, '2026-04-02T00:00:00Z')).toEqual({ month: '2026-04', used: 2 });
  });

  it('is for its classes and by its granters', async () => {
    expect(await granted('2026-06-01T00:00:00Z', { role: 'coordinator' })).toBe('forbidden');
    expect(await granted('2026-06-01T00:00:00Z', { category: '城乡建设/建筑市场/拖欠工程款' })).toBe('validation-failed');
    expect(await granted('2026-06-01T00:00:00Z', { role: 'admin' })).toBe('granted');
  });
});
