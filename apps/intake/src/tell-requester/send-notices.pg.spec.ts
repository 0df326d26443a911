/** The outbox against a real mail server and a real web server. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { history, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { registered } from '../domain/sample-events.js';
import { keepContacts } from '../requester/requester-vault.js';
import { logChannel, smtpChannel, webhookChannel } from './channels.js';
import { FailedNoticesController } from './failed-notices.controller.js';
import { queueNotices } from './notice-rows.js';
import type { NoticePort } from './notice-port.js';
import { recordOutcomes, sendDue } from './send-notices.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
const mails: string[] = [];
let refusing = false;
const mailServer = new SMTPServer({
  authOptional: true, disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      if (refusing) return done(Object.assign(new Error('mailbox li@example.org is full'), { responseCode: 452 }));
      mails.push(Buffer.concat(parts).toString('utf8'));
      return done();
    });
  },
});
const posts: { headers: IncomingHttpHeaders; body: string }[] = [];
let status = 204;
const webServer = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('end', () => {
    posts.push({ headers: request.headers, body });
    response.writeHead(status).end();
  });
});
const secret = `whsec_${Buffer.from('a key of twenty-four bytes or more').toString('base64')}`;
let [smtp, webhook]: NoticePort[] = [];

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.intake, max: 4 });
  store = postgresEventStore(pool, 'intake');
  const listening = await new Promise<AddressInfo>((resolve) => { const server = mailServer.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo)); });
  await once(webServer.listen(0, '127.0.0.1'), 'listening');
  smtp = smtpChannel({ url: `smtp://127.0.0.1:${listening.port}`, from: 'office@district.example' });
  webhook = webhookChannel({ url: `http://127.0.0.1:${(webServer.address() as AddressInfo).port}/`, secret });
}, 120_000);
afterAll(async () => {
  await new Promise<void>((resolve) => { mailServer.close(resolve); });
  webServer.close();
  await pool?.end();
  await infrastructure.stop();
});
beforeEach(async () => {
  [mails, posts].forEach((list) => list.splice(0));
  [refusing, status] = [false, 204];
  await pool.query(`UPDATE requester_notice SET status = 'delivered', recorded = true`);
});

const contact = { kind: 'resident' as const, name: '李小明', phone: '13911112222', address: null };
/** A case with one notice to send. */
const queued = async (email: string | null = 'li@example.org', phone: string | null = contact.phone) => {
  const [caseId, noticeId] = [randomUUID(), randomUUID()];
  const [event] = history('intake', caseId, [registered]);
  await store.transaction((tx) => store.append(tx, caseId, 0, [registered], event!.metadata));
  await keepContacts(pool, [{ ...contact, phone, email, caseId, ref: randomUUID() }]);
  await queueNotices(pool, [{ noticeId, caseId, kind: 'registered', facts: { caseNo: 'LB20260209-000001' } }]);
  return { caseId, noticeId };
};
const send = (port: NoticePort | undefined, at = Date.now() + 1_000, mostTries = 8) => sendDue(pool, { port: port!, rateLink: undefined, mostTries }, new Date(at));
const record = () => recordOutcomes(store, new Date(Date.now() + 86_400_000), 50);
const lastEvent = async (caseId: string) => (await store.read(caseId)).at(-1);

it('a mail goes out once, in both languages and under the id of the notice, and the timeline says so without the address', async () => {
  const { caseId, noticeId } = await queued();
  expect(await send(smtp)).toBe(1);
  expect(await send(smtp)).toBe(0);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(new RegExp(`Message-ID: <${noticeId}@district.example>`, 'i'));
  expect(mails[0]).toMatch(/To: li@example\.org/);
  await record();
  await record();
  expect(await lastEvent(caseId)).toMatchObject({ type: 'lianban.requester.told.v1', data: { noticeId, notice: 'registered', channel: 'smtp', outcome: 'delivered', tries: 1 } });
  expect(await store.read(caseId)).toHaveLength(2);
  expect(JSON.stringify(await store.read(caseId))).not.toMatch(/example\.org|13911112222/);
});

it('a post is signed as Standard Webhooks has it; a failed one comes again later under the same id', async () => {
  const { caseId, noticeId } = await queued();
  status = 503;
  const start = Date.now() + 1_000;
  await send(webhook, start);
  status = 204;
  expect(await send(webhook, start + 29_000)).toBe(0);
  expect(await send(webhook, start + 31_000)).toBe(1);
  expect(posts.map(({ headers }) => headers['webhook-id'])).toEqual([noticeId, noticeId]);
  const { headers, body } = posts[1]!;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(`${noticeId}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')}`);
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
  expect(JSON.parse(body)).toMatchObject({ type: 'lianban.requester-notice', data: { noticeId, notice: 'registered', text: { zh: '您的诉求已登记，编号 LB20260209-000001。' }, to: { phone: '13911112222' } } });
  await record();
  expect(await lastEvent(caseId)).toMatchObject({ data: { channel: 'webhook', outcome: 'delivered', tries: 2 } });
});

it('after the last try it is given up, listed with the kind of error and no address, and tried again when an admin says so', async () => {
  const { caseId, noticeId } = await queued();
  refusing = true;
  await send(smtp, Date.now() + 1_000, 1);
  await record();
  expect(await lastEvent(caseId)).toMatchObject({ data: { outcome: 'failed', tries: 1 } });
  const failed = new FailedNoticesController(pool);
  expect((await failed.list({})).items.filter((item) => item.noticeId === noticeId)).toEqual([{ noticeId, caseId, notice: 'registered', outcome: 'failed', channel: 'smtp', error: 'smtp-452', tries: 1, failedAt: expect.any(String) as unknown }]);
  refusing = false;
  expect(await failed.retry(noticeId)).toEqual({ noticeId, status: 'waiting' });
  await expect(failed.retry(noticeId)).rejects.toMatchObject({ code: 'not-found' });
  await send(smtp);
  await record();
  expect(await lastEvent(caseId)).toMatchObject({ data: { outcome: 'delivered', tries: 1 } });
  expect(mails).toHaveLength(1);
});

it('a process that dies between sending and noting it sends again later, under the same id: at least once', async () => {
  const { noticeId } = await queued();
  const dying: NoticePort = { channel: 'webhook', send: async (message) => { await webhook!.send(message); throw new Error('killed'); } };
  const start = Date.now() + 1_000;
  await expect(send(dying, start)).rejects.toThrow('killed');
  expect(await send(webhook, start + 299_000)).toBe(0);
  expect(await send(webhook, start + 301_000)).toBe(1);
  expect(posts.map(({ headers }) => headers['webhook-id'])).toEqual([noticeId, noticeId]);
});

it('two processes at once send it once', async () => {
  await queued();
  const tried = await Promise.all([send(webhook), send(webhook)]);
  expect(tried.reduce((sum, one) => sum + one)).toBe(1);
  expect(posts).toHaveLength(1);
});

it('who has no address for the channel is not told, and it says so', async () => {
  const { caseId } = await queued(null);
  await send(smtp);
  await record();
  expect(await lastEvent(caseId)).toMatchObject({ data: { outcome: 'no-address' } });
});

it('the log has nothing personal, not even the number', async () => {
  await queued();
  const lines: unknown[] = [];
  await send(logChannel({ info: (...line: unknown[]) => { lines.push(line); } }));
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toMatch(/example|139|李|LB2026/);
});
