import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { inMemoryEventStore } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import type pg from 'pg';
import { CallerReach } from '../access/table.js';
import type { Aggregate } from './aggregate.js';
import { CommandBus } from './command-bus.js';
import type { CommandContext } from './command-context.js';

const answer = { status: 200, body: { id: 'c' }, etag: '"intake-1"', token: 't' };
const ctx: CommandContext = {
  actor: { id: 'clerk', role: 'intake', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: true, correlationId: 'x',
  idempotencyKey: 'k', requestHash: 'h', route: 'POST /things', ifMatch: undefined,
};

/** A bus whose idempotency table holds, look by look, what `looks` says. Nothing is committed. */
const busThatFinds = (...looks: (typeof answer | undefined)[]) => {
  const pool = { query: () => { const found = looks.shift(); return Promise.resolve({ rows: found ? [{ request_hash: 'h', answer: found }] : [] }); } };
  return new CommandBus('intake', pool as unknown as pg.Pool, inMemoryEventStore('intake'), 'only-for-this-test', () => Promise.reject(new Error('decided')));
};

const command = (given: { ctx?: Partial<CommandContext>; occurredAt?: string; decide?: () => [] }) => ({
  streamId: 'c', stream: { initialState: 0, evolve: (state: number) => state }, decide: () => [] as [], respond: () => ({}), ...given, ctx: { ...ctx, ...given.ctx },
});

const refuse = () => { throw new DomainError('state-conflict', say('registered-already')); };

describe('A retry that overtakes the commit of its first request', () => {
  it.each([
    ['a decision against it', { decide: refuse }],
    ['a version that has moved on', { ctx: { ifMatch: '"intake-7"' } }],
    ['a later event', { occurredAt: '2999-01-01T00:00:00Z' }],
  ])('gets the first answer, not %s', async (_name, given) => {
    expect(await busThatFinds(undefined, answer).execute(command(given))).toMatchObject({ answer, replayed: true });
  });

  it('is told what is wrong when there was no first request', async () => {
    await expect(busThatFinds().execute(command({ decide: refuse }))).rejects.toMatchObject({ code: 'state-conflict' });
  });
});

describe('occurredAt', () => {
  it.each(['1949-09-30T23:59:59+08:00', '1899-12-31T00:00:00Z', '0000-01-01T00:00:00Z', 'no time at all'])('%s is refused', async (occurredAt) => {
    await expect(busThatFinds().execute(command({ occurredAt }))).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'occurredAt' }] });
  });

  it('1949-10-01 in China is taken', async () => {
    await expect(busThatFinds().execute(command({ occurredAt: '1949-10-01T00:00:00+08:00' }))).rejects.toThrow('decided');
  });
});

it('what a command can not be dated before counts for its second case as well', async () => {
  const stream: Aggregate<number, { since: string }> = {
    initialState: 0, evolve: (count) => count + 1,
    facts: { initial: { since: '2020-01-01T00:00:00Z' }, evolve: (facts) => facts },
    notBefore: ({ since }) => ({ at: since, what: say('first-day-there-is') }),
  };
  const tx: Tx = { query: <Row>() => Promise.resolve({ rows: [{ case_id: 'second', data: { since: '2026-01-01T00:00:00Z' } }] as Row[], rowCount: 1 }) };
  const pool = { query: () => Promise.resolve({ rows: [] }) };
  const bus = new CommandBus('intake', pool as unknown as pg.Pool, inMemoryEventStore('intake'), 'only-for-this-test', async ({ alongside }) => { await alongside?.(tx); return 'done'; });
  const withdrawn = [{ type: 'lianban.case.withdrawn.v1', data: { reason: null } }] as const;
  await expect(bus.execute({
    ctx, streamId: 'first', stream, occurredAt: '2025-01-01T00:00:00Z', decide: () => withdrawn, respond: () => ({}), second: { idIn: () => 'second', decide: () => withdrawn },
  })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'occurredAt', reason: say('must-not-be-before', { at: '2026-01-01T00:00:00Z', what: say('first-day-there-is') }) }] });
});
