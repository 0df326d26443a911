import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { ensureTopics } from '@lianban/kafka';
import { say } from '@lianban/texts';
import { testInfrastructure } from '@lianban/testing';
import { Body, Controller, Get, Inject, Module, Post } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import {
  Command, CommandBody, CommandBus, EVENT_STORE, IdParam, runProcesses, runService, ServiceModule, SQL, TextField, Versioned,
} from '../index.js';
import type { AccessTable, Aggregate, CommandContext, ProcessManager } from '../index.js';
import { personId } from '../access/person-id.js';

const persons = { PERSON_SECRET: 'only-for-this-test-0123456789-persons', AUTH_ISSUER: 'http://lianban.local' };
const admin = personId(persons, 'admin-1');

/** A case that can be withdrawn, and nothing else: enough of a domain to see the plumbing work. */
const stream: Aggregate<{ known: boolean; withdrawn: boolean }> = {
  initialState: { known: false, withdrawn: false },
  evolve: (state, event) => ({ known: true, withdrawn: state.withdrawn || event.type === 'lianban.case.withdrawn.v1' }),
};

class NoteBody extends CommandBody {
  @TextField({ description: 'Note', max: 20 })
  note!: MaskedText;
}

@Controller('things')
class ThingsController {
  constructor(@Inject(CommandBus) private readonly bus: CommandBus, @Inject(EVENT_STORE) private readonly store: EventStore) {}

  @Post(':id/contact')
  contact(@Command() ctx: CommandContext, @IdParam('id') id: string, @Body() body: NoteBody) {
    return this.bus.execute({
      ctx, streamId: id, occurredAt: body.occurredAt, stream, status: 201,
      decide: () => [{ type: 'lianban.case.contacted.v1', data: { note: body.note } }],
      respond: ({ version }) => ({ id, version }),
    });
  }

  @Post(':id/withdraw')
  withdraw(@Command() ctx: CommandContext, @IdParam('id') id: string, @Body() body: CommandBody) {
    return this.bus.execute({
      ctx, streamId: id, occurredAt: body.occurredAt, stream,
      decide: ({ state }) => {
        if (!state.known) throw new DomainError('not-found', say('no-such-case'));
        return state.withdrawn ? [] : [{ type: 'lianban.case.withdrawn.v1', data: { reason: null } }];
      },
      respond: ({ state, version }) => ({ id, withdrawn: state.withdrawn, version }),
    });
  }

  @Get(':id')
  async read(@IdParam('id') id: string) {
    const events = await this.store.read(id);
    return new Versioned({ id, types: events.map(({ type }) => type) }, `"intake-${events.length}"`);
  }
}

const things: AccessTable = {
  'POST /things/:id/contact': { intake: 'everything' },
  'POST /things/:id/withdraw': { intake: 'everything' },
  'GET /things/:id': { 'every token': 'everything' },
};

@Module({ imports: [ServiceModule.for('intake', things)], controllers: [ThingsController] })
class WriterModule {}

const counting: Aggregate<number, { seen: number }> = { initialState: 0, evolve: (count) => count + 1, facts: { initial: { seen: 0 }, evolve: ({ seen }) => ({ seen: seen + 1 }) } };
let poisonous = true;

const cancelling: ProcessManager<number, { seen: number }> = {
  'lianban.case.contacted.v1': (event) => ({
    stream: counting,
    decide: () => {
      if (poisonous && event.data.note === 'poison') throw new Error('can not digest this');
      return [{ type: 'lianban.call-back.cancelled.v2', data: { callBackId: deterministicId(event.metadata.id), round: 1, demandCaseId: null, reason: 'case-ended' } }];
    },
  }),
};

@Controller('reactions')
class ReactionsController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore, @Inject(SQL) private readonly sql: Tx) {}

  @Get(':id')
  async read(@IdParam('id') id: string) {
    const { rows } = await this.sql.query<{ n: number }>('SELECT count(*)::int AS n FROM parked_event WHERE subject = $1', [id]);
    return { events: await this.store.read(id), parked: rows[0]?.n };
  }
}

@Module({ imports: [ServiceModule.for('satisfaction', { 'GET /reactions/:id': { 'every token': 'everything' } })], controllers: [ReactionsController], providers: [runProcesses([cancelling])] })
class ReactorModule {}

const infrastructure = testInfrastructure();
let folder: string;
let apps: INestApplication[];
let writer: string;
let reactor: string;
let token: (role: string, extra?: object) => Promise<string>;

const startOne = async (module: new () => object, service: 'intake' | 'satisfaction', settings: Record<string, string>) => {
  const before = { ...process.env };
  Object.assign(process.env, settings);
  const app = await runService(module, service);
  process.env = before;
  apps.push(app);
  return app.getUrl();
};

beforeAll(async () => {
  const postgres = await infrastructure.postgres();
  const { brokers } = await infrastructure.kafka();
  const { services } = await postgres.serviceDatabase();
  await ensureTopics(brokers);
  folder = await mkdtemp(join(tmpdir(), 'lianban-kit-'));
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwks = join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test' }] }));
  token = (role, extra = {}) => new SignJWT({ role, ...extra }).setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).setSubject(`${role}-1`)
    .setIssuer('http://lianban.local').setAudience('lianban').setExpirationTime('5m').sign(privateKey);
  apps = [];
  const settings = { PORT: '0', LOG_LEVEL: 'silent', KAFKA_BROKERS: brokers.join(','), AUTH_JWKS_FILE: jwks, CONSISTENCY_SECRET: 'only-for-this-test-0123456789', PERSON_SECRET: persons.PERSON_SECRET };
  writer = await startOne(WriterModule, 'intake', { ...settings, DATABASE_URL: services.intake });
  reactor = await startOne(ReactorModule, 'satisfaction', { ...settings, DATABASE_URL: services.satisfaction });
}, 120_000);

afterAll(async () => {
  for (const app of apps ?? []) await app.close();
  await infrastructure.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const id = (name: string) => deterministicId('kit', name);

const post = async (path: string, body: unknown, headers: Record<string, string> = {}, role = 'intake', extra = {}) => {
  const response = await fetch(`${writer}/things/${path}`, {
    method: 'POST', body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(role, extra)}`, ...headers },
  });
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> };
};

describe('a service', () => {
  it('acknowledges a command with version, ETag and consistency token', async () => {
    const answer = await post(`${id('plain')}/contact`, { note: 'hello' });
    expect(answer).toMatchObject({ status: 201, body: { version: 1 } });
    expect(answer.headers.get('etag')).toBe('"intake-1"');
    expect(answer.headers.get('x-consistency-token')).toMatch(/^[\w-]+\.[\w-]+$/);
  });

  it('gives the same answer for the same idempotency key, and refuses another body under it', async () => {
    const first = await post(`${id('idem')}/contact`, { note: 'one' }, { 'idempotency-key': 'k1' });
    const again = await post(`${id('idem')}/contact`, { note: 'one' }, { 'idempotency-key': 'k1' });
    expect(again.body).toEqual(first.body);
    expect(again.status).toBe(201);
    expect(await post(`${id('idem')}/contact`, { note: 'two' }, { 'idempotency-key': 'k1' })).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('lets one of many with the same key and time win, and answers all alike', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(`${id('race')}/contact`, { note: 'x' }, { 'idempotency-key': 'k2' })));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body])))).toEqual(new Set([JSON.stringify([201, { id: id('race'), version: 1 }])]));
  });

  it('loses no command of concurrent callers of one case', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, (_, n) => post(`${id('crowd')}/contact`, { note: `n${n}` })));
    expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ['a stale If-Match', { note: 'x' }, { 'if-match': '"intake-7"' }, 412, 'precondition-failed', 'If-Match'],
    ["another service's If-Match", { note: 'x' }, { 'if-match': '"dispatch-0"' }, 412, 'precondition-failed', 'If-Match'],
    ['an unknown field', { note: 'x', extra: 1 }, {}, 400, 'validation-failed', 'extra'],
    ['a wrong type', { note: 5 }, {}, 400, 'validation-failed', 'note'],
    ['too long a text', { note: 'x'.repeat(21) }, {}, 400, 'validation-failed', 'note'],
    ['a text that can not be stored', { note: 'a\u0000b' }, {}, 400, 'validation-failed', 'note'],
    ['half a surrogate pair', '{"note": "\\ud800"}', {}, 400, 'validation-failed', 'note'],
    ['a cut emoji', Buffer.concat([Buffer.from('{"note": "'), Buffer.from('😀').subarray(0, 3), Buffer.from('"}')]), {}, 400, 'malformed-request', undefined],
    ['broken JSON', '{"note": ', {}, 400, 'malformed-request', undefined],
    ['an array as body', [], {}, 400, 'validation-failed', undefined],
    ['a foreign consistency token', { note: 'x' }, { 'x-consistency-token': 'abc.def' }, 400, 'invalid-consistency-token', 'X-Consistency-Token'],
    ['another content type', 'note=x', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type', undefined],
    ['occurredAt without permission', { note: 'x', occurredAt: '2020-01-01T00:00:00Z' }, {}, 403, 'occurred-at-not-allowed', 'occurredAt'],
    ['occurredAt without offset', { note: 'x', occurredAt: '2020-01-01T00:00:00' }, {}, 400, 'validation-failed', 'occurredAt'],
  ])('refuses %s and writes nothing', async (name, body, headers, status, code, field) => {
    const answer = await post(`${id(name)}/contact`, body, headers);
    expect(answer).toMatchObject({ status, body: { code, status, correlationId: expect.any(String) } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    if (field) expect(answer.body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ field })]));
    const read = await fetch(`${writer}/things/${id(name)}`, { headers: { authorization: `Bearer ${await token('intake')}` } });
    expect(await read.json()).toMatchObject({ types: [] });
  });

  it('takes occurredAt from importers: not in the future, not before the last event, nor before 1949', async () => {
    const importer = { import: true };
    const at = (occurredAt: string) => post(`${id('import')}/contact`, { note: 'x', occurredAt }, {}, 'intake', importer);
    expect(await at('2015-03-02T08:00:00+08:00')).toMatchObject({ status: 201 });
    expect(await at('2015-03-01T08:00:00+08:00')).toMatchObject({ status: 400, body: { errors: [{ field: 'occurredAt' }] } });
    expect(await at('2999-01-01T00:00:00Z')).toMatchObject({ status: 400, body: { errors: [{ field: 'occurredAt' }] } });
    expect(await at('1899-12-31T00:00:00Z')).toMatchObject({ status: 400, body: { errors: [{ field: 'occurredAt', reason: 'must not be before 1949-10-01 00:00 +08:00, the first day there is' }] } });
  });

  it('asks for a token, a role, and an id that is a UUID', async () => {
    const anonymous = await fetch(`${writer}/things/${id('x')}/contact`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"note":"x"}' });
    expect(anonymous.status).toBe(401);
    expect(await post(`${id('x')}/contact`, { note: 'x' }, {}, 'analyst')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await post('no-uuid/contact', { note: 'x' })).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } });
    expect(await post(`${id('nobody')}/withdraw`, {})).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('speaks Chinese to those who ask for it', async () => {
    const answer = await post(`${id('zh')}/withdraw`, {}, { 'accept-language': 'zh-CN,zh;q=0.9' });
    expect(answer.body.title).toBe('未找到');
  });
});

describe('two services', () => {
  it('hand on an event through Kafka once, with cause and time, seen by whoever carries the token', async () => {
    const { headers } = await post(`${id('chain')}/contact`, { note: 'hello', occurredAt: '2020-05-01T09:00:00+08:00' }, { 'x-correlation-id': 'chain-1' }, 'intake', { import: true });
    const read = await fetch(`${reactor}/reactions/${id('chain')}`, {
      headers: { authorization: `Bearer ${await token('intake')}`, 'x-consistency-token': headers.get('x-consistency-token') ?? '' },
    });
    expect(read.status).toBe(200);
    const { events } = await read.json() as { events: EventEnvelope[] };
    expect(events).toHaveLength(1);
    expect(events[0]?.metadata).toMatchObject({ occurredAt: '2020-05-01T01:00:00.000Z', correlationId: 'chain-1', actor: { id: 'satisfaction', role: 'system' } });
  }, 30_000);

  it('park an event whose handler fails with its case, and answer 503 at once to whoever waits for it', async () => {
    const { headers } = await post(`${id('poison')}/contact`, { note: 'poison' });
    const other = await post(`${id('after')}/contact`, { note: 'fine' });
    const readAs = async (name: string, seen: string) => fetch(`${reactor}/reactions/${id(name)}`, { headers: { authorization: `Bearer ${await token('intake')}`, 'x-consistency-token': seen } });
    expect((await readAs('after', other.headers.get('x-consistency-token') ?? '')).status).toBe(200);
    const blocked = await readAs('poison', headers.get('x-consistency-token') ?? '');
    expect(blocked.status).toBe(503);
    expect(blocked.headers.get('retry-after')).toBe('1');
    expect(await blocked.json()).toMatchObject({ code: 'read-model-behind', detail: expect.stringContaining('parked') });
  }, 30_000);
});

describe('parked events over HTTP', () => {
  interface Parked { parkedEventId: string; caseId: string; reason: string; version: number; waiting: number; error: string | null }
  const call = async (method: string, path: string, role: string, { body, key }: { body?: unknown; key?: string } = {}) => {
    const response = await fetch(`${reactor}/api/v1/operations/satisfaction/${path}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body),
      headers: { authorization: `Bearer ${await token(role)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(key ? { 'idempotency-key': key } : {}) },
    });
    return { status: response.status, replayed: response.headers.get('idempotency-replayed'), body: await response.json() as Record<string, unknown> & { items: Parked[]; nextCursor?: string } };
  };
  const list = async (query = '') => (await call('GET', `parked-events${query}`, 'supervisor')).body;
  const until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
    for (;;) {
      const seen = await look();
      if (holds(seen)) return seen;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  };
  /** A case whose first event is poison, with so many behind it; the parked events of it, in order. */
  const parkedCase = async (name: string, behind: number): Promise<Parked[]> => {
    await post(`${id(name)}/contact`, { note: 'poison' });
    for (let n = 0; n < behind; n += 1) await post(`${id(name)}/contact`, { note: `behind ${n}` });
    return (await until(() => list(`?caseId=${id(name)}`), ({ items }) => items.length === behind + 1)).items.sort((a, b) => a.version - b.version);
  };
  const eventsOf = async (name: string) => {
    const response = await fetch(`${reactor}/reactions/${id(name)}`, { headers: { authorization: `Bearer ${await token('analyst')}` } });
    return (await response.json() as { events: unknown[] }).events.length;
  };

  it('lists those that stand in front, page by page, and of a case all', async () => {
    const [first, second] = await parkedCase('list-a', 2);
    await parkedCase('list-b', 0);
    expect(first).toMatchObject({
      caseId: id('list-a'), consumer: 'satisfaction', type: 'lianban.case.contacted.v1', source: 'intake', version: 1, reason: 'failed', error: 'can not digest this', attempts: 3, waiting: 2,
    });
    expect(second).toMatchObject({ version: 2, reason: 'waiting' });
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await list(`?limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items.map(({ caseId, version }) => `${caseId} ${version}`));
      cursor = page.nextCursor;
    }
    expect(seen.filter((each) => [id('list-a'), id('list-b')].some((caseId) => each.startsWith(caseId)))).toEqual([`${id('list-a')} 1`, `${id('list-b')} 1`]);
    expect((await list('?reason=waiting')).items.map(({ version }) => version).sort()).toEqual([2, 3]);
    expect((await call('GET', 'parked-events?cursor=WzEsMl0', 'supervisor')).status).toBe(400);
  }, 30_000);

  it('shows the payload to an administrator only, and lets nobody else act', async () => {
    const [parked] = await parkedCase('payload', 0);
    const path = `parked-events/${parked?.parkedEventId}`;
    expect((await call('GET', path, 'supervisor')).status).toBe(403);
    expect((await call('GET', path, 'admin')).body).toMatchObject({ payload: '{"note":"poison"}', topic: 'lianban.case', headers: { ce_subject: id('payload') } });
    expect((await call('GET', 'parked-events', 'operator')).status).toBe(403);
    expect((await call('GET', 'parked-trail', 'analyst')).status).toBe(403);
    for (const act of ['retry', 'skip']) expect((await call('POST', `${path}/${act}`, 'supervisor', { body: { reason: 'x' } })).status).toBe(403);
  }, 30_000);

  it('retries and gives up, once for one key, and keeps a trail of who, when and why', async () => {
    const [parked, second] = await parkedCase('act', 2);
    const path = `parked-events/${parked?.parkedEventId}`;
    expect(await call('POST', `${path}/retry`, 'admin')).toMatchObject({ status: 200, body: { outcome: 'still-failing', error: 'can not digest this', waiting: 2 } });
    expect((await call('POST', `${path}/skip`, 'admin', { body: {} })).body).toMatchObject({ code: 'validation-failed', errors: [{ field: 'reason' }] });
    expect((await call('POST', `${path}/skip`, 'admin', { body: { reason: ' ' } })).status).toBe(400);
    expect((await call('POST', `parked-events/${second?.parkedEventId}/skip`, 'admin', { body: { reason: 'x' } })).body).toMatchObject({ status: 409, code: 'state-conflict' });
    const given = { body: { reason: 'entered twice' }, key: 'skip-1' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => call('POST', `${path}/skip`, 'admin', given)));
    expect(answers.map(({ status, body }) => [status, body.outcome, body.waiting])).toEqual(Array(4).fill([200, 'skipped', 2]));
    expect((await call('POST', `${path}/skip`, 'admin', given)).replayed).toBe('true');
    expect((await call('POST', `${path}/skip`, 'admin', { ...given, body: { reason: 'other' } })).status).toBe(422);
    expect((await call('POST', `${path}/skip`, 'admin', { body: given.body })).body).toMatchObject({ status: 409, code: 'state-conflict' });
    expect((await call('POST', `parked-events/${id('nothing')}/retry`, 'admin')).status).toBe(404);
    expect((await call('POST', 'parked-events/42/retry', 'admin')).status).toBe(400);
    // What waited follows by itself.
    await until(() => eventsOf('act'), (count) => count === 2);
    const trail = (await call('GET', `parked-trail?caseId=${id('act')}`, 'supervisor')).body.items;
    expect(trail).toEqual([
      expect.objectContaining({ outcome: 'skipped', actor: admin, role: 'admin', why: 'entered twice', version: 1, error: 'can not digest this', at: expect.any(String) }),
      expect.objectContaining({ outcome: 'still-failing', actor: admin, why: null, newError: 'can not digest this' }),
    ]);
    expect((await call('GET', `parked-trail?caseId=${id('act')}&outcome=skipped`, 'supervisor')).body.items).toHaveLength(1);
  }, 30_000);

  it('applies an event whose cause is gone, with all that waits', async () => {
    const [parked] = await parkedCase('mended', 2);
    poisonous = false;
    try {
      expect((await call('POST', `parked-events/${parked?.parkedEventId}/retry`, 'admin', { body: { reason: 'mended' } })).body).toMatchObject({ outcome: 'applied', error: null });
      await until(() => eventsOf('mended'), (count) => count === 3);
      expect((await list(`?caseId=${id('mended')}`)).items).toEqual([]);
    } finally {
      poisonous = true;
    }
  }, 30_000);
});
