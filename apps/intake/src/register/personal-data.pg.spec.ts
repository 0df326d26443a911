import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { CallerReach, CommandBus } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { CaseCommands } from '../case-commands.js';
import { RefuseController } from '../refuse/refuse.controller.js';
import type { CaseView } from '../show-case/case.view.js';
import { RegisterController } from './register.controller.js';
import type { RegisterBody } from './register.body.js';
import { nothingAlike } from '../similar-cases/sample-similar-cases.js';
import { OriginalText } from '../requester/original-text.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let sql: Tx;
let store: EventStore;
let bus: CommandBus;
let register: (body: RegisterBody, ctx?: CommandContext) => Promise<CaseView>;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.intake, max: 4 });
  sql = pool;
  store = postgresEventStore(pool, 'intake');
  bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  const controller = new RegisterController(bus, { require: () => Promise.resolve() }, sql, nothingAlike);
  register = async (body, ctx = by('requester')) => (await controller.register(ctx, body)).answer.body as CaseView;
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const by = (role: 'requester' | 'intake' | 'operator', id = `${role}-1`): CommandContext => ({
  actor: { id, role, department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: 'POST /api/v1/cases', requestHash: '',
});

const zhang = { name: '张建国', phone: '13912345678', address: '滨河小区3栋501' };
const written = { title: '张建国:楼道灯不亮', description: '我住滨河小区3栋501,电话 139 1234 5678,身份证 110101199003071234;物业 0731-88881111 不管。', location: '滨河小区3栋501门口' };
const demand: RegisterBody = {
  title: new OriginalText(written.title), description: new OriginalText(written.description), location: new OriginalText(written.location),
  channel: 'online', territory: 'riverside-grid-01', requester: { kind: 'resident', ...zhang },
};

describe('personal data', () => {
  it('stays in tables of intake and is in no event, whoever repeats it', async () => {
    const { caseId, caseNo } = await register(demand);
    const refuse = new RefuseController(new CaseCommands(bus, sql, store), { templates: () => Promise.resolve([]) });
    await refuse.refuse(caseId, by('intake'), { reason: 'malicious', text: new OriginalText('张建国同志:不予受理。') });

    const events = await store.read(caseId);
    expect(caseNo).toMatch(/^LB\d{8}-\d{6,}$/);
    expect(events.map(({ type }) => type)).toEqual(['lianban.case.registered.v1', 'lianban.case.refused.v1']);
    const told = JSON.stringify(events);
    for (const secret of [...Object.values(zhang), '139 1234 5678', '110101199003071234']) expect(told).not.toContain(secret);
    // An office landline is no personal data and the handlers need it.
    expect(told).toContain('0731-88881111');

    const { rows } = await sql.query('SELECT version, field, text FROM original_text WHERE case_id = $1 ORDER BY version, field', [caseId]);
    expect(rows).toEqual([
      { version: 1, field: 'description', text: written.description },
      { version: 1, field: 'location', text: written.location },
      { version: 1, field: 'title', text: written.title },
      { version: 2, field: 'text', text: '张建国同志:不予受理。' },
    ]);
  });

  it('is written once, with the case, however often the same key comes at the same time', async () => {
    const ctx = { ...by('requester', 'requester-2'), idempotencyKey: 'k1', requestHash: 'h' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(demand, ctx)));
    expect(new Set(answers.map(({ caseId }) => caseId)).size).toBe(1);
    const { rows } = await sql.query('SELECT case_id FROM requester_contact WHERE case_id = ANY ($1)', [answers.map(({ caseId }) => caseId)]);
    expect(rows).toHaveLength(1);
    const { rows: all } = await sql.query(`SELECT count(*)::int AS orphans FROM requester_contact c WHERE NOT EXISTS (SELECT FROM stream s WHERE s.stream_id = c.case_id::text)`);
    expect(all).toEqual([{ orphans: 0 }]);
  });
});
