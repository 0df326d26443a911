/** A second database that nothing projects into stands for a replica that is late; what "arrives" there is copied by hand. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureTopics } from '@lianban/kafka';
import { runService, writeToken } from '@lianban/service-kit';
import { testInfrastructure } from '@lianban/testing';
import type { INestApplication } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { projecting } from '../test-support/projecting.js';
import { AppModule } from './app.module.js';
import { reworkedLamp } from './domain/sample-histories.js';

const infrastructure = testInfrastructure();
const secret = 'only-for-this-test-0123456789';
const caseId = randomUUID();
const seen = writeToken({ source: 'intake', streamId: caseId, version: reworkedLamp.intake.length }, secret);
let app: INestApplication;
let replica: pg.Pool;
let setAway: () => Promise<void>;
let folder: string;
let bearer: string;

beforeAll(async () => {
  const postgres = await infrastructure.postgres();
  const [primary, late] = [await postgres.serviceDatabase(), await postgres.serviceDatabase()];
  const { brokers } = await infrastructure.kafka();
  await ensureTopics(brokers);
  folder = await mkdtemp(join(tmpdir(), 'lianban-replica-'));
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'test' }] }));
  bearer = await new SignJWT({ role: 'analyst' }).setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).setSubject('analyst-1')
    .setIssuer('http://lianban.local').setAudience('lianban').setExpirationTime('5m').sign(privateKey);
  replica = new pg.Pool({ connectionString: late.services.insight, max: 2 });
  setAway = async () => {
    const admin = new pg.Client({ connectionString: primary.adminUrl });
    const name = new URL(late.adminUrl).pathname.slice(1);
    await admin.connect();
    await replica.end();
    await admin.query(`ALTER DATABASE ${admin.escapeIdentifier(name)} CONNECTION LIMIT 0`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await admin.end();
  };
  const before = { ...process.env };
  Object.assign(process.env, {
    PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: primary.services.insight, READ_DATABASE_URL: late.services.insight, KAFKA_BROKERS: brokers.join(','),
    AUTH_JWKS_FILE: join(folder, 'jwks.json'), CONSISTENCY_SECRET: secret, PERSON_SECRET: 'only-for-this-test-0123456789-persons',
  });
  app = await runService(AppModule, 'insight');
  process.env = before;
}, 120_000);

afterAll(async () => {
  await app?.close();
  if (!replica?.ended) await replica?.end();
  await infrastructure.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${await app.getUrl()}/api/v1/insight/${path}`, { headers: { authorization: `Bearer ${bearer}`, ...headers } });
  return { status: response.status, body: await response.json() as { code?: string; items?: unknown[]; caseId?: string } };
};

it('asks the replica, and waits for it when the reader has a consistency token', async () => {
  expect((await get(`cases/${caseId}`)).status).toBe(404);
  expect(await get(`cases/${caseId}`, { 'x-consistency-token': seen })).toMatchObject({ status: 503, body: { code: 'read-model-behind' } });

  const waiting = get(`cases/${caseId}`, { 'x-consistency-token': seen });
  await projecting()(replica, 1, Object.values(reworkedLamp).flat().map((event) => ({ ...event, metadata: { ...event.metadata, streamId: caseId, id: randomUUID() } })));
  await replica.query(`INSERT INTO consumer_stream VALUES ('insight.cases', 'intake', $1, $2)`, [caseId, reworkedLamp.intake.length]);
  expect(await waiting).toMatchObject({ status: 200, body: { caseId } });

  for (const list of ['cases', `cases/${caseId}/timeline`, 'rates', 'workload']) expect((await get(list)).body.items?.length).toBeGreaterThan(0);
  expect((await get('overdue')).status).toBe(200);
}, 60_000);

it('is not ready while the replica is away, and says so', async () => {
  const ready = async () => {
    const response = await fetch(`${await app.getUrl()}/health/ready`);
    return { status: response.status, checks: (await response.json() as { checks: Record<string, { ok: boolean }> }).checks };
  };
  expect((await ready()).checks.replica).toEqual({ ok: true });
  expect(await (await fetch(`${await app.getUrl()}/metrics`)).text()).toContain('lianban_pool_limit{pool="reader"');
  await setAway();
  expect(await ready()).toMatchObject({ status: 503, checks: { replica: { ok: false }, database: { ok: true } } });
  expect(await get('cases')).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
}, 30_000);
