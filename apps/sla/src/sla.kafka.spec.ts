import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClockKind, Level } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { NewEvent } from '@lianban/event-store';
import { createRelay, ensureTopics } from '@lianban/kafka';
import type { Relay } from '@lianban/kafka';
import { personId, runService } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import type { INestApplication } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { AppModule } from './app.module.js';
import { chooseLimit } from './domain/policies.js';
import { accepted, registered } from './domain/sample-facts.js';
import { shippedPolicies } from './domain/shipped-policies.js';

const infrastructure = testInfrastructure();
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let folder: string;
let app: INestApplication;
let url: string;
let intake: pg.Pool;
let relay: Relay;
let token: (subject: string, role: string) => Promise<string>;
const persons = { PERSON_SECRET: 'only-for-this-test-0123456789-persons', AUTH_ISSUER: 'http://lianban.local' };
const idOf = (account: string): string => personId(persons, account);

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  const { brokers } = await infrastructure.kafka();
  await ensureTopics(brokers);
  folder = await mkdtemp(join(tmpdir(), 'lianban-sla-'));
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test' }] }));
  token = (subject, role) => new SignJWT({ role }).setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).setSubject(subject)
    .setIssuer('http://lianban.local').setAudience('lianban').setExpirationTime('5m').sign(privateKey);
  intake = new pg.Pool({ connectionString: services.intake });
  relay = createRelay({ source: 'intake', databaseUrl: services.intake, schema: 'intake', brokers, log: silent });
  relay.start();
  const sla = new pg.Pool({ connectionString: services.sla });
  // The top of the territories comes last, so a service that has it knows that it has all reference data.
  await sla.query(`INSERT INTO directory_entry (kind, code, data, revision) VALUES ('territory', 'district', '{"code": "district", "parent": null, "active": true}', nextval('directory_revision'))`);
  await sla.end();
  const before = { ...process.env };
  Object.assign(process.env, {
    PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: services.sla, KAFKA_BROKERS: brokers.join(','), AUTH_JWKS_FILE: join(folder, 'jwks.json'),
    CONSISTENCY_SECRET: 'only-for-this-test-0123456789', PERSON_SECRET: persons.PERSON_SECRET, TIMER_QUIET_SECONDS: '1', TIMER_INTERVAL_MS: '50',
  });
  app = await runService(AppModule, 'sla');
  process.env = before;
  url = await app.getUrl();
}, 120_000);

afterAll(async () => {
  await app?.close();
  await relay?.stop();
  await intake?.end();
  await infrastructure.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Answer { status: number; etag: string | null; body: Record<string, unknown> & { items: Record<string, unknown>[] } }
const call = async (path: string, { body, as = ['coordinator-1', 'coordinator'], method = body === undefined ? 'GET' : 'POST' }: { body?: unknown; as?: [string, string]; method?: string } = {}): Promise<Answer> => {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method, body: body === undefined ? undefined : JSON.stringify(body),
    headers: { authorization: `Bearer ${await token(...as)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  });
  return { status: response.status, etag: response.headers.get('etag'), body: await response.json() as Answer['body'] };
};

const publish = async (caseId: string, version: number, { metadata: { occurredAt }, ...event }: NewEvent & { metadata: { occurredAt: string } }, by = 'resident-1') => {
  const store = postgresEventStore(intake, 'intake');
  await store.transaction((tx) => store.append(tx, caseId, version, [event], {
    occurredAt, recordedAt: new Date().toISOString(), correlationId: caseId, causationId: caseId, actor: { id: by, role: 'requester', department: null, territory: null },
  }));
};

const clocksOnce = async (caseId: string, enough: (items: Answer['body']['items']) => boolean): Promise<Answer> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await call(`cases/${caseId}/clocks`);
    if ((answer.status === 200 && enough(answer.body.items)) || tries === 100) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** The limit of a case registered today. This spec doesn't depend on which rows ship. */
const shippedLimit = (clock: ClockKind, level: Level, greenChannel = false) =>
  chooseLimit(shippedPolicies, { clock, round: 1, urgency: 'normal', level, greenChannel, on: new Date().toISOString() }, 420).limit;

describe('the sla service', () => {
  it('hears of a case, starts its clocks, and shows how they are due', async () => {
    const id = deterministicId('sla', 'live');
    await publish(id, 0, registered(new Date().toISOString()));
    await publish(id, 1, accepted(new Date().toISOString(), 'general'));
    const { body, etag } = await clocksOnce(id, (items) => items.length === 2);
    expect(etag).toBe('"sla-2"');
    expect(body.items.map(({ kind, status, round }) => [kind, status, round])).toEqual([['contact', 'running', 1], ['lead', 'running', 1]]);
    expect(body.items[1]).toMatchObject({ derivation: { policy: { id: 'lead-general' }, limit: shippedLimit('lead', 'general') } });
    expect(body.items[0]).not.toHaveProperty('stoppedAt');
  }, 30_000);

  it('breaches what was entered late once the case is quiet', async () => {
    const id = deterministicId('sla', 'late');
    await publish(id, 0, registered('2026-03-02T01:00:00.000Z'));
    const { body } = await clocksOnce(id, ([clock]) => clock?.status === 'breached');
    expect(body.items[0]).toMatchObject({ status: 'breached', dueAt: '2026-03-02T11:00:00+08:00' });
  }, 30_000);

  it('shows a requester only their own case, and no case that it has not heard of', async () => {
    const id = deterministicId('sla', 'own');
    await publish(id, 0, registered(new Date().toISOString()), 'resident-7');
    await clocksOnce(id, (items) => items.length === 1);
    expect((await call(`cases/${id}/clocks`, { as: ['resident-7', 'requester'] })).status).toBe(200);
    expect(await call(`cases/${id}/clocks`, { as: ['resident-8', 'requester'] })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await call(`cases/${id}/clocks`, { as: ['feed', 'integrator'] })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await call(`cases/${deterministicId('nobody')}/clocks`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await call('cases/no-uuid/clocks')).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
  }, 30_000);

  it('calculates due dates', async () => {
    expect(await call('sla/due-date', { body: { start: '2026-03-06T16:30:00+08:00', kind: 'working', amount: 1, unit: 'hours' } })).toMatchObject({
      status: 200,
      body: {
        dueAt: '2026-03-06T17:30:00+08:00', provisional: false,
        derivation: { calendarVersion: 'cn-2026.1', start: '2026-03-06T16:30:00+08:00', limit: { kind: 'working', amount: 1, unit: 'hours' } },
      },
    });
    expect((await call('sla/due-date', { body: {
      start: '2026-02-12T09:00:00+08:00', kind: 'working', amount: 2, unit: 'days', extensions: [{ amount: 1, unit: 'days' }], toCloseOfLastDay: true,
      held: [{ from: '2026-02-13T10:00:00+08:00', to: '2026-02-13T14:10:00+08:00' }],
    } })).body).toMatchObject({
      dueAt: '2026-02-24T17:30:00+08:00', holidays: [{ from: '2026-02-15', to: '2026-02-23' }], makeUpDays: ['2026-02-14'],
      explanation: {
        en: '2 working days from Thu 12 Feb 09:00, extended by 1 working day, 15–23 Feb holidays, 14 Feb worked, held 2 h 40 min → Tue 24 Feb 17:30',
        zh: '自2月12日(周四)09:00起2个工作日,延期1个工作日,2月15日至23日放假,2月14日上班,挂账2小时40分钟 → 2月24日(周二)17:30',
      },
    });
    expect((await call('sla/due-date', { body: { start: '2026-12-31T09:00:00Z', kind: 'working', amount: 100_000, unit: 'days' } })).body).toMatchObject({ provisional: true });
    expect((await call('sla/due-date', { body: { start: '2026-12-31T09:00:00Z', kind: 'elapsed', amount: 0.5, unit: 'days' } })).body.dueAt).toBe('2027-01-01T05:00:00+08:00');
  });

  it.each([
    ['start', { start: '2026-03-06T16:30:00' }],
    ['start', { start: '9999-12-31T23:59:59Z' }],
    ['start', { start: '2026-03-06T23:59:60Z' }],
    ['kind', { kind: 'lunar' }],
    ['amount', { amount: 0 }],
    ['amount', { amount: '1' }],
    ['amount', { amount: 1e9 }],
    ['unit', { unit: 'weeks' }],
    ['more', { more: true }],
    ['held.0.to', { held: [{ from: '2026-03-06T16:30:00+08:00', to: '2026-03-06T16:00:00+08:00' }] }],
    ['held.0.to', { held: [{ from: '2026-03-06T16:30:00+08:00' }] }],
    ['extensions.0.amount', { extensions: [{ amount: -1, unit: 'days' }] }],
    ['startNextWorkingDay', { startNextWorkingDay: 'yes' }],
  ])('refuses a wrong %s', async (field, change) => {
    const good = { start: '2026-03-06T16:30:00+08:00', kind: 'working', amount: 1, unit: 'hours' };
    expect(await call('sla/due-date', { body: { ...good, ...change } })).toMatchObject({ status: 400, body: { code: 'validation-failed', errors: [{ field }] } });
  });

  it('shows policies page by page, and published calendars only', async () => {
    const first = await call('sla/policies?limit=9');
    expect(first.body.items).toHaveLength(9);
    const rest = await call(`sla/policies?limit=100&cursor=${String(first.body.nextCursor)}`);
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id)).toEqual(shippedPolicies.map(({ id }) => id).sort());
    expect(rest.body).not.toHaveProperty('nextCursor');
    expect((await call('sla/calendars/2026')).body).toMatchObject({ year: 2026, version: 'cn-2026.1', makeUpDays: expect.arrayContaining(['2026-02-14']) });
    expect((await call('sla/calendars/2027')).status).toBe(404);
    expect((await call('sla/calendars/next')).status).toBe(400);
  });

  it('says which policy row gives a limit, and why', async () => {
    const { status, body } = await call('sla/policies/choose', { body: { clock: 'lead', level: 'general', greenChannel: true } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      policy: { id: 'lead-general' }, matched: [{ by: 'level', value: 'general' }], limit: shippedLimit('lead', 'general', true),
      extensionCap: shippedLimit('lead', 'general', true), warnings: [{ numerator: 4, denominator: 5 }], runnersUp: [],
    });
    expect((await call('sla/policies/choose', { body: { clock: 'assist', level: 'general', unit: 'water', lead: 'housing' } })).body).toMatchObject({ policy: { id: 'assist' }, limit: shippedLimit('assist', 'general') });
    expect((await call('sla/policies/choose', { body: { clock: 'sign', level: 'urgent' } })).body).toMatchObject({ policy: { id: 'sign-urgent' }, runnersUp: [{ policy: { id: 'sign' }, matched: [] }] });
    expect(await call('sla/policies/choose', { body: { clock: 'lead' } })).toMatchObject({ status: 422, body: { code: 'policy-incomplete' } });
    expect(await call('sla/policies/choose', { body: { clock: 'lead', territory: 'nowhere' } })).toMatchObject({ status: 422, body: { code: 'unknown-reference', errors: [{ field: 'territory' }] } });
    expect(await call('sla/policies/choose', { body: { clock: 'moon' } })).toMatchObject({ status: 400, body: { errors: [{ field: 'clock' }] } });
  });

  describe('a policy row', () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const row = { effectiveFrom: tomorrow, clock: 'lead', level: 'general', limit: { kind: 'working', amount: 4, unit: 'days' }, warnings: [{ numerator: 3, denominator: 4 }] };
    const put = (id: string, body: object, as: [string, string] = ['admin-1', 'admin']) => call('sla/policies', { body: { id, ...body }, as });

    it('is published once and counts from its day on', async () => {
      expect(await put('lead-general', row)).toMatchObject({ status: 201, body: { id: 'lead-general', limit: row.limit, startNextWorkingDay: false } });
      expect((await put('lead-general', row)).status).toBe(201);
      const limitOn = async (on: string) => (await call('sla/policies/choose', { body: { clock: 'lead', level: 'general', on } })).body.limit;
      expect(await limitOn(new Date().toISOString())).toEqual(shippedLimit('lead', 'general'));
      expect(await limitOn(tomorrow)).toMatchObject({ amount: 4 });
      expect((await call('sla/policies?limit=100')).body.items.filter(({ id }) => id === 'lead-general')).toHaveLength(shippedPolicies.filter(({ id }) => id === 'lead-general').length + 1);
    });

    it.each<[string, string, Record<string, unknown>, string, number, string]>([
      ['an edit', 'lead-urgent', { effectiveFrom: '2007-01-01T00:00:00+08:00' }, 'effectiveFrom', 409, 'state-conflict'],
      ['the past', 'lead-general', { effectiveFrom: '2026-01-01T00:00:00+08:00' }, 'effectiveFrom', 400, 'validation-failed'],
      ['no limit', 'lead-simple', { limit: null }, 'limit', 400, 'validation-failed'],
      ['an amount of nothing', 'lead-simple', { limit: { kind: 'working', amount: 0, unit: 'days' } }, 'limit.amount', 400, 'validation-failed'],
      ['a level without a limit', 'lead-simple', { level: 'complex' }, 'limit', 422, 'policy-incomplete'],
      ['a category nobody knows', 'lead-moon', { category: '月/球' }, 'category', 422, 'unknown-reference'],
      ['a share of a lead that is not there yet', 'contact-east', { clock: 'contact', level: null, territory: 'district', limit: null, shareOfLead: { numerator: 1, denominator: 2 } }, 'shareOfLead', 400, 'validation-failed'],
      ['a first contact by level', 'contact-general', { clock: 'contact' }, 'level', 400, 'validation-failed'],
      ['two reminders', 'lead-complex', { level: 'complex', supervision: [{ step: 'reminder', colour: 'yellow' }, { step: 'reminder', colour: 'red' }] }, 'supervision.1.step', 400, 'validation-failed'],
      ['an escalation to a tier that nothing lies below', 'lead-complex', { level: 'complex', supervision: [{ step: 'escalation', colour: 'red', toTier: 'stairwell' }] }, 'supervision.0.toTier', 400, 'validation-failed'],
      ['the close of a day of elapsed time', 'lead-complex', { level: 'complex', limit: { kind: 'elapsed', amount: 4, unit: 'days' }, toCloseOfLastDay: true }, 'toCloseOfLastDay', 400, 'validation-failed'],
      ['a limit of centuries', 'lead-complex', { level: 'complex', limit: { kind: 'working', amount: 100_000, unit: 'days' } }, 'limit.amount', 400, 'validation-failed'],
      ['a unit nobody knows', 'lead-nobody', { unit: 'nobody' }, 'unit', 422, 'unknown-reference'],
      ['a name that is none', 'Lead x', {}, 'id', 400, 'validation-failed'],
    ])('is refused with the reason: %s', async (_what, id, change, field, status, code) => {
      const answer = await put(id, { ...row, ...change });
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.errors).toContainEqual(expect.objectContaining({ field }));
    });

    it('stands in the history of its rule, the last published first', async () => {
      const later = new Date(Date.now() + 2 * 86_400_000).toISOString();
      // Published after a row that takes effect later.
      expect((await put('lead-simple', { ...row, level: 'simple', effectiveFrom: later }, ['admin-2', 'admin'])).status).toBe(201);
      expect((await put('lead-simple', { ...row, level: 'simple' })).status).toBe(201);
      const { body: { items } } = await call('sla/policies/lead-simple/history');
      expect(items.slice(0, 2)).toMatchObject([{ effectiveFrom: tomorrow, publishedBy: idOf('admin-1'), publishedAt: expect.any(String) }, { effectiveFrom: later, publishedBy: idOf('admin-2') }]);
      expect(items.slice(2)).toHaveLength(shippedPolicies.filter(({ id }) => id === 'lead-simple').length);
      expect(items.at(-1)).toMatchObject({ id: 'lead-simple', level: 'simple' });
      expect(items.at(-1)).not.toHaveProperty('publishedBy');
      expect((await call('sla/policies/lead-nobody/history')).status).toBe(404);
      expect((await call('sla/policies/Lead%20x/history')).status).toBe(400);
    });

    it('is published by an admin only', async () => {
      expect(await put('lead-general', row, ['coordinator-1', 'coordinator'])).toMatchObject({ status: 403 });
    });
  });

  describe('the calendar of a year', () => {
    const admin = ['admin-1', 'admin'] as [string, string];
    const of2027 = {
      version: 'cn-2027.1', workingHours: [{ from: '09:00', to: '12:00' }, { from: '13:30', to: '17:30' }], holidays: ['2027-01-01'], makeUpDays: ['2027-01-09'],
    };
    const put = (year: string, body: unknown, as = admin) => call(`sla/calendars/${year}`, { body, as, method: 'PUT' });
    const monday = { start: '2027-01-04T09:00:00+08:00', kind: 'working', amount: 6, unit: 'days' };

    it('is published, counts at once, is replaced, and its history is kept', async () => {
      expect((await call('sla/due-date', { body: monday })).body).toMatchObject({ dueAt: '2027-01-11T17:30:00+08:00', provisional: true });
      expect(await put('2027', of2027)).toMatchObject({ status: 200, body: { year: 2027, version: 'cn-2027.1' } });
      expect((await call('sla/due-date', { body: monday })).body).toMatchObject({ dueAt: '2027-01-09T17:30:00+08:00', provisional: false, makeUpDays: ['2027-01-09'] });
      // The same dates in another order: nothing is published.
      expect((await put('2027', { ...of2027, holidays: [...of2027.holidays] })).status).toBe(200);
      expect((await put('2027', { ...of2027, version: 'cn-2027.2', makeUpDays: [] }, ['admin-2', 'admin'])).status).toBe(200);
      expect((await call('sla/calendars/2027')).body).toMatchObject({ version: 'cn-2027.2', makeUpDays: [], publishedBy: idOf('admin-2') });
      const { body: { items } } = await call('sla/calendars/2027/history');
      expect(items).toMatchObject([{ version: 'cn-2027.1', publishedBy: idOf('admin-1'), publishedAt: expect.any(String) }, { version: 'cn-2027.2', publishedBy: idOf('admin-2') }]);
      expect((await call('sla/calendars/2026/history')).body.items).toEqual([expect.not.objectContaining({ publishedBy: expect.anything() })]);
      expect((await call('sla/calendars/2028/history')).status).toBe(404);
    });

    it.each<[string, string, Record<string, unknown>, string, number, string]>([
      ['hours that overlap', '2029', { workingHours: [{ from: '09:00', to: '12:00' }, { from: '11:00', to: '17:00' }] }, 'workingHours[1]', 422, 'calendar-invalid'],
      ['an end before its start', '2029', { workingHours: [{ from: '12:00', to: '09:00' }] }, 'workingHours[0]', 422, 'calendar-invalid'],
      ['no working day', '2029', { holidays: Array.from({ length: 365 }, (_, at) => new Date(Date.UTC(2029, 0, 1 + at)).toISOString().slice(0, 10)) }, 'holidays', 422, 'calendar-invalid'],
      ['no hours', '2029', { workingHours: [] }, 'workingHours', 422, 'calendar-invalid'],
      ['a date of another year', '2029', { holidays: ['2027-01-01'] }, 'holidays[0]', 422, 'calendar-invalid'],
      ['a holiday that is worked', '2029', { holidays: ['2029-01-06'], makeUpDays: ['2029-01-06'] }, 'makeUpDays[0]', 422, 'calendar-invalid'],
      ['a year nobody counts in', '3000', {}, 'year', 422, 'calendar-invalid'],
      ['a year that is none', 'next', {}, 'year', 400, 'validation-failed'],
      ['a version that came with the product, with other content', '2026', { version: 'cn-2026.1' }, 'version', 422, 'calendar-invalid'],
      ['no version', '2029', { version: '' }, 'version', 400, 'validation-failed'],
      ['hours that are no objects', '2029', { workingHours: ['09:00'] }, 'workingHours.0', 400, 'validation-failed'],
      ['a handling unit nobody knows', '2029?unit=nobody', {}, 'unit', 422, 'unknown-reference'],
    ])('is refused with the reason: %s', async (_what, year, change, field, status, code) => {
      const answer = await put(year, { ...of2027, holidays: [], makeUpDays: [], ...change });
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.errors).toContainEqual(expect.objectContaining({ field }));
    });

    it('is published by an admin only', async () => {
      expect(await put('2030', of2027, ['coordinator-1', 'coordinator'])).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    });
  });
});
