import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { EventStore, NewEvent, Tx } from '@lianban/event-store';
import { appendConflicts, newId, outboxStart, Overloaded, postgresEventStore, PreparingClient, readOutbox } from '@lianban/event-store';
import { isDatabaseAway } from '@lianban/kafka';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { CallerReach } from '../access/table.js';
import type { Aggregate } from './aggregate.js';
import { CommandBus } from './command-bus.js';
import type { CommandSpec } from './command-bus.js';
import { commandCommitter } from './commit-commands.js';
import { actorOf } from '../access/person-id.js';
import { toDomainError } from '../http/problems.js';

const infrastructure = testInfrastructure();
let url: string;
let adminUrl: string;
let pool: pg.Pool;
let store: EventStore;
let bus: CommandBus;

const openPool = (max = 8, connectionTimeoutMillis = 0) => {
  const opened = new pg.Pool({ connectionString: url, Client: PreparingClient, max, pipeline: true, connectionTimeoutMillis });
  opened.on('error', () => undefined);
  return opened;
};
const busOn = (on: pg.Pool, options?: Parameters<typeof commandCommitter>[1]) => new CommandBus('intake', on, store, 'only-for-this-test-0123456789', commandCommitter(on, options));

beforeAll(async () => {
  const database = await (await infrastructure.postgres()).serviceDatabase();
  url = database.services.intake;
  adminUrl = database.adminUrl;
  pool = openPool();
  store = postgresEventStore(pool, 'intake');
  bus = busOn(pool);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const contacted = (note: string): NewEvent => ({ type: 'lianban.case.contacted.v1', data: { note: maskText(note) } });
type Facts = { seen: number } | undefined;
const count: Aggregate<number, Facts> = { initialState: 0, evolve: (sum) => sum + 1 };
const countOnFacts: Aggregate<number, Facts> = { ...count, facts: { initial: { seen: 0 }, evolve: (facts) => facts } };

const command = (streamId: string, given: Partial<CommandSpec<number, Facts>> & { key?: string; hash?: string } = {}): CommandSpec<number, Facts> => ({
  ctx: {
    actor: { id: 'clerk', role: 'intake', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'c', route: 'POST /things',
    idempotencyKey: given.key, requestHash: given.hash ?? 'h', ifMatch: undefined,
  },
  streamId, stream: count, decide: ({ version }) => [contacted(`after ${version}`)], respond: ({ version }) => ({ version }), ...given,
});

const saveFacts = (caseId: string, facts: object) => pool.query(
  `INSERT INTO case_fact AS f (case_id, version, data) VALUES ($1, 1, $2) ON CONFLICT (case_id) DO UPDATE SET data = excluded.data, version = f.version + 1`,
  [caseId, JSON.stringify(facts)],
);
const kept = async (key: string) => (await pool.query('SELECT FROM idempotency WHERE key = $1', [key])).rowCount;
const lengthOf = async (streamId: string) => (await store.read(streamId)).length;

describe('commands that are committed together', () => {
  it('of one case all win in the end, one after the other, and their neighbours notice nothing', async () => {
    const shared = newId();
    const others = Array.from({ length: 20 }, () => newId());
    const results = await Promise.all([...Array.from({ length: 5 }, () => bus.execute(command(shared))), ...others.map((id) => bus.execute(command(id, { isNew: true })))]);
    expect(results.map(({ answer }) => (answer.body as { version: number }).version).sort()).toEqual([...others.map(() => 1), 1, 2, 3, 4, 5].sort());
    expect(await Promise.all([shared, ...others].map(lengthOf))).toEqual([5, ...others.map(() => 1)]);
  });

  it('with one Idempotency-Key leave one case, and all get its answer; another request under the key is refused', async () => {
    const key = newId();
    const ids = Array.from({ length: 10 }, () => newId());
    const results = await Promise.all(ids.map((id) => bus.execute(command(id, { key, isNew: true, respond: () => ({ id }) }))));
    expect(new Set(results.map(({ answer }) => (answer.body as { id: string }).id)).size).toBe(1);
    expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await Promise.all(ids.map(lengthOf))).reduce((sum, length) => sum + length)).toBe(1);
    await expect(bus.execute(command(newId(), { key, hash: 'other', isNew: true }))).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('a registration sent again gets the answer that a version before kept under the account, and no second case comes of it', async () => {
    const key = newId();
    const secret = { PERSON_SECRET: 'only-for-this-test-0123456789-0123456789', AUTH_ISSUER: 'http://issuer' };
    const { ctx, ...again } = command(newId(), { key, isNew: true });
    const asNow = { ...again, ctx: { ...ctx, actor: actorOf(secret, 'clerk', { role: 'intake', department: null, territory: null }) } };
    await pool.query(`INSERT INTO idempotency (caller, route, key, request_hash, answer) VALUES ('clerk', $1, $2, 'h', $3)`,
      [ctx.route, key, JSON.stringify({ status: 201, body: { id: 'of before' }, etag: '"intake-1"', token: 't' })]);
    expect(await bus.execute(asNow)).toMatchObject({ replayed: true, answer: { status: 201, body: { id: 'of before' } } });
    expect(await lengthOf(asNow.streamId)).toBe(0);
    await expect(bus.execute({ ...asNow, ctx: { ...asNow.ctx, requestHash: 'other' } })).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect(await kept(key)).toBe(1);
  });

  it('a lost race leaves no answer under its key, and is counted', async () => {
    const [taken, key] = [newId(), newId()];
    await bus.execute(command(taken));
    const conflicts = async () => (await appendConflicts.get()).values[0]?.value ?? 0;
    const before = await conflicts();
    // Made for a stream that exists: it loses every time.
    await expect(Promise.all([bus.execute(command(taken, { key, isNew: true })), bus.execute(command(newId(), { isNew: true }))])).rejects.toMatchObject({ code: 'concurrent-change' });
    expect(await conflicts()).toBeGreaterThan(before);
    expect(await kept(key)).toBe(0);
    expect(await lengthOf(taken)).toBe(1);
  });

  it('one decided on facts that changed meanwhile decides again', async () => {
    const id = newId();
    await saveFacts(id, { seen: 1 });
    let changed = false;
    const decidedOn: number[] = [];
    const commit = commandCommitter(pool);
    const changing = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789', async (decided) => {
      if (!changed && decided.append.streamId === id) {
        changed = true;
        await saveFacts(id, { seen: 2 });
      }
      return commit(decided);
    });
    await Promise.all([
      changing.execute(command(id, { stream: countOnFacts, decide: ({ facts }) => { decidedOn.push(facts?.seen ?? -1); return [contacted('x')]; } })),
      ...Array.from({ length: 5 }, () => changing.execute(command(newId(), { isNew: true }))),
    ]);
    expect(decidedOn).toEqual([1, 2]);
    expect(await lengthOf(id)).toBe(1);
  });

  it('an error of one hits that one only, and its rows and its events stay out', async () => {
    const ids = Array.from({ length: 12 }, () => newId());
    const outcomes = await Promise.allSettled(ids.map((id, n) => bus.execute(command(id, {
      isNew: true, key: id,
      alongside: async (tx) => {
        await tx.query('INSERT INTO requester_contact (ref, case_id, kind) VALUES ($1, $1, $2)', [id, n === 5 ? 'nobody' : 'resident']);
      },
    }))));
    expect(outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([5]);
    const { rows } = await pool.query<{ case_id: string }>('SELECT case_id FROM requester_contact WHERE case_id = ANY ($1)', [ids]);
    expect(rows).toHaveLength(11);
    expect(await Promise.all(ids.map(lengthOf))).toEqual(ids.map((_, n) => (n === 5 ? 0 : 1)));
    expect(await kept(ids[5] ?? '')).toBe(0);
  });

  it('hand the rows of one kind to their writer together, and one that is refused takes no other with it', async () => {
    const groups: number[] = [];
    const keep = async (tx: Tx, rows: readonly { id: string; kind: string }[]): Promise<void> => {
      groups.push(rows.length);
      await tx.query('INSERT INTO requester_contact (ref, case_id, kind) SELECT id, id, kind FROM jsonb_to_recordset($1) AS r(id uuid, kind text)', [JSON.stringify(rows)]);
    };
    const ids = Array.from({ length: 12 }, () => newId());
    const register = (kindOf: (n: number) => string) => Promise.allSettled(ids.map((id, n) => bus.execute(command(id, {
      isNew: true, rows: (_, write) => { write(keep, { id, kind: kindOf(n) }); },
    }))));
    const refused = async (outcomes: Awaited<ReturnType<typeof register>>) => outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(await refused(await register((n) => (n === 5 ? 'nobody' : 'resident')))).toEqual([5]);
    // The others are there already: a stream is begun once.
    expect(await refused(await register(() => 'firm'))).toEqual(ids.flatMap((_, n) => (n === 5 ? [] : [n])));
    const { rows } = await pool.query<{ case_id: string; kind: string }>('SELECT case_id, kind FROM requester_contact WHERE case_id = ANY ($1)', [ids]);
    expect(new Map(rows.map(({ case_id, kind }) => [case_id, kind]))).toEqual(new Map(ids.map((id, n) => [id, n === 5 ? 'firm' : 'resident'])));
    expect(await Promise.all(ids.map(lengthOf))).toEqual(ids.map(() => 1));
    expect(Math.max(...groups)).toBeGreaterThan(1);
  });

  it('are not held up by one whose case is busy', async () => {
    const busy = newId();
    await bus.execute(command(busy));
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM stream WHERE stream_id = $1 FOR UPDATE', [busy]);
    let waited = true;
    const late = bus.execute(command(busy)).finally(() => { waited = false; });
    await Promise.all(Array.from({ length: 10 }, () => bus.execute(command(newId()))));
    expect(waited).toBe(true);
    await holder.query('ROLLBACK');
    holder.release();
    expect((await late).answer.body).toEqual({ version: 2 });
  });

  it('go on while cases are locked for long; theirs are refused, and work after the release', async () => {
    const locked = Array.from({ length: 2 }, () => newId());
    for (const id of locked) await saveFacts(id, { seen: 1 });
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM case_fact WHERE case_id = ANY ($1) FOR UPDATE', [locked]);
    const onFacts = (id: string) => bus.execute(command(id, { stream: countOnFacts }));
    let refused = 0;
    const blocked = locked.map((id) => onFacts(id).catch((error: unknown) => { refused += 1; return error; }));
    // Many times over, and each after the other: they pass while the two wait.
    for (let n = 0; n < 20; n += 1) await Promise.all(Array.from({ length: 3 }, () => bus.execute(command(newId()))));
    expect(refused).toBe(0);
    for (const error of await Promise.all(blocked)) expect(toDomainError(error)).toMatchObject({ code: 'concurrent-change', message: expect.stringContaining('locked') });
    await holder.query('ROLLBACK');
    holder.release();
    expect((await Promise.all(locked.map(onFacts))).map(({ answer }) => answer.body)).toEqual([{ version: 1 }, { version: 1 }]);
  });

  it('when one of their rows is refused, no other statement of theirs comes after the rollback', async () => {
    const ids = Array.from({ length: 8 }, () => newId());
    const outcomes = await Promise.allSettled(ids.map((id, n) => bus.execute(command(id, {
      isNew: true,
      alongside: async (tx) => {
        if (n === 0) throw new Error('no row for this one');
        await tx.query('SELECT 1');
        await tx.query('INSERT INTO requester_contact (ref, case_id, kind) VALUES ($1, $1, $2)', [id, 'resident']);
      },
    }))));
    expect(outcomes.map(({ status }) => status)).toEqual(ids.map((_, n) => (n === 0 ? 'rejected' : 'fulfilled')));
    const { rows } = await pool.query('SELECT FROM requester_contact WHERE case_id = ANY ($1)', [ids]);
    expect(rows).toHaveLength(7);
  });

  it('whose connection is cut say that it may or may not be done, and the same keys tell', async () => {
    const own = openPool(2);
    const cut = busOn(own);
    const ids = Array.from({ length: 8 }, () => newId());
    const outcomes = await Promise.allSettled(ids.map((id) => cut.execute(command(id, {
      isNew: true, key: id, alongside: async (tx) => { await tx.query('SELECT pg_terminate_backend(pg_backend_pid())'); },
    }))));
    for (const outcome of outcomes) expect(outcome.status === 'rejected' && isDatabaseAway(outcome.reason)).toBe(true);
    const again = await Promise.all(ids.map((id) => cut.execute(command(id, { isNew: true, key: id }))));
    expect(again.map(({ answer }) => answer.body)).toEqual(ids.map(() => ({ version: 1 })));
    expect(await Promise.all(ids.map(lengthOf))).toEqual(ids.map(() => 1));
    await own.end();
  });
});

describe('under more than it can do', () => {
  it('a command is refused, with nothing done, when too many wait, when none gets its turn, and when there is no connection; then it works again', async () => {
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const own = openPool(3, 500);
    const warm = await Promise.all([own.connect(), own.connect(), own.connect()]);
    for (const client of warm) client.release();
    const slow = busOn(own, { maxWaiting: 4, maxGroup: 1, maxWaitMs: 600, aloneAtOnce: 1 });
    await admin.query('BEGIN');
    await admin.query('LOCK TABLE intake.stream');
    const ids = Array.from({ length: 12 }, () => newId());
    const outcomes = Promise.allSettled(ids.map((id) => slow.execute(command(id, { isNew: true, key: id }))));
    const refused = new Promise<void>((resolve) => { setTimeout(resolve, 900); });
    await refused;
    // One is tried alone and waits for its lock. All connections are taken: whoever needs one does not wait for ever either.
    const taken = await Promise.all([own.connect(), own.connect()]);
    const withoutConnection = await slow.execute(command(newId())).catch((error: unknown) => error);
    for (const client of taken) client.release();
    expect(toDomainError(withoutConnection).code).toBe('service-unavailable');
    await admin.query('ROLLBACK');
    const ends = await outcomes;
    const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    expect(reasons.length).toBe(11);
    for (const reason of reasons) expect([reason instanceof Overloaded, toDomainError(reason).code]).toEqual([true, 'service-unavailable']);
    expect(await Promise.all(ids.map(kept))).toEqual(ends.map(({ status }) => (status === 'fulfilled' ? 1 : 0)));

    const again = await Promise.all(ids.slice(0, 3).map((id) => slow.execute(command(id, { isNew: true, key: id }))));
    expect(again.map(({ answer }) => answer.body)).toEqual([{ version: 1 }, { version: 1 }, { version: 1 }]);
    await own.end();
    await admin.end();
  });
});

it('readers see what 16 writers of two processes commit together once and in order', async () => {
  const pools = [openPool(), openPool()];
  const buses = pools.map((one) => busOn(one));
  const hot = Array.from({ length: 6 }, () => newId());
  let writing = true;
  let done = 0;
  const writers = Promise.all(Array.from({ length: 16 }, async (_, writer) => {
    for (let n = 0; n < 120; n += 1) {
      const id = n % 3 === 0 ? hot[(writer + n) % hot.length] ?? '' : newId();
      await (buses[writer % 2] as CommandBus).execute(command(id, { key: `${writer}/${n}` })).then(() => { done += 1; }, (error: { code?: string }) => expect(error.code).toBe('concurrent-change'));
    }
  })).finally(() => { writing = false; });
  const versions = new Map<string, number>();
  let seen = 0;
  let outOfOrder = 0;
  const before = (await readOutbox(pool, 'intake', outboxStart, 100_000)).entries.at(-1) ?? outboxStart;
  for (let cursor = before, last = false; ;) {
    const { entries } = await readOutbox(pool, 'intake', cursor, 500);
    for (const { streamId, streamVersion } of entries) {
      if (streamVersion !== (versions.get(streamId) ?? 0) + 1) outOfOrder += 1;
      versions.set(streamId, streamVersion);
      seen += 1;
    }
    cursor = entries.at(-1) ?? cursor;
    if (entries.length === 0 && last) break;
    last = !writing;
  }
  await writers;
  expect([outOfOrder, seen]).toEqual([0, done]);
  await Promise.all(pools.map((one) => one.end()));
}, 60_000);
