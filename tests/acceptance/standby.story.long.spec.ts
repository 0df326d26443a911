/** A second insight whose analysts read a real streaming standby of the system's Postgres, made for this story. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { postgresAnswers, prepareEmbeddedPostgres } from '../../tools/src/infrastructure/embedded-postgres.js';
import { endProcess, launch, type ManagedProcess } from '../../tools/src/infrastructure/managed-process.js';
import { freePort, waitUntil } from '../../tools/src/infrastructure/ports.js';
import { postgresAccount, postgresHome } from '../../tools/src/infrastructure/postgres-account.js';
import { audience, issuer, jwksFile } from '../../tools/src/issuer/issuer.js';
import { loadSecrets } from '../../tools/src/secrets.js';
import { serviceEntry } from '../../tools/src/supervisor/services.js';
import { root } from '../architecture/settings-in-code.js';
import { demandOf, eventually, runningSystem, startLimitMs, storyLimitMs } from './running-system.js';

const system = await runningSystem();
const account = postgresAccount();
const cluster = join(postgresHome(system.dataDir, account), 'data');
/** A Postgres that somebody else runs is theirs to make a standby of. */
const isOurs = existsSync(join(cluster, 'PG_VERSION'));
const dataDir = join('/var/tmp', `lianban-standby-${process.pid}-${randomBytes(3).toString('hex')}`);
const slot = 'lianban_story';

const processes: ManagedProcess[] = [];
let primary: pg.Client;
let standby: pg.Client;
let insightUrl: string;

const at = (url: string, change: { database?: string; port?: number; user?: string; password?: string }): string => {
  const changed = new URL(url);
  if (change.database) changed.pathname = `/${change.database}`;
  if (change.port) changed.port = String(change.port);
  if (change.user) changed.username = change.user;
  if (change.password) changed.password = change.password;
  return changed.href;
};

/** A copy of the files while the primary works, as `pg_basebackup` makes it. The slot keeps what is written meanwhile. */
const copyCluster = async (into: string): Promise<void> => {
  await primary.query(`SELECT pg_create_physical_replication_slot($1, true)`, [slot]);
  await primary.query(`SELECT pg_backup_start('story', true)`);
  // What is the primary's own, and the log, which the standby asks it for.
  const left = ['postmaster.pid', 'postmaster.opts', 'pg_replslot', 'pg_wal'].map((name) => join(cluster, name));
  cpSync(cluster, into, { recursive: true, filter: (path) => !left.includes(path) && existsSync(path) });
  for (const made of ['pg_replslot', 'pg_wal', 'pg_wal/archive_status', 'pg_wal/summaries']) mkdirSync(join(into, made));
  const { rows: [stopped] } = await primary.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
  writeFileSync(join(into, 'backup_label'), stopped?.labelfile ?? '');
  writeFileSync(join(into, 'standby.signal'), '');
  chmodSync(into, 0o700);
  if (account) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, into]);
};

const start = async (spec: Parameters<typeof launch>[0]): Promise<void> => { processes.push(await launch(spec)); };

beforeAll(async () => {
  if (!isOurs) return;
  primary = new pg.Client({ connectionString: system.adminDatabaseUrl });
  await primary.connect();
  const home = postgresHome(dataDir, account);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  await copyCluster(join(home, 'data'));
  const port = await freePort();
  const { spec } = prepareEmbeddedPostgres({ dataDir, logFile: join(dataDir, 'postgres.log'), port, password: 'that of the primary' });
  const { hostname, port: primaryPort, username, password } = new URL(system.adminDatabaseUrl);
  const upstream = `host=${hostname} port=${primaryPort} user=${username} password=${decodeURIComponent(password)}`;
  await start({ ...spec, args: [...spec.args, '-c', `primary_conninfo=${upstream}`, '-c', `primary_slot_name=${slot}`] });
  const standbyAdmin = at(system.adminDatabaseUrl, { port });
  await waitUntil(() => postgresAnswers(standbyAdmin), { timeoutMs: 60_000, what: 'the standby' });
  standby = new pg.Client({ connectionString: standbyAdmin });
  await standby.connect();

  const { roles, consistency, person } = loadSecrets(system.dataDir);
  const own = at(system.adminDatabaseUrl, { user: 'lianban_insight', password: encodeURIComponent(roles.lianban_insight ?? '') });
  const servicePort = await freePort();
  insightUrl = `http://127.0.0.1:${servicePort}`;
  await start({
    name: 'insight-of-the-story', command: process.execPath, args: [serviceEntry('insight')], cwd: root, logFile: join(dataDir, 'insight.log'), stopSignal: 'SIGTERM', stopWithinMs: 15_000,
    env: {
      PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(servicePort), DATABASE_URL: own, READ_DATABASE_URL: at(own, { port }), KAFKA_BROKERS: system.kafkaBrokers, CONSISTENCY_SECRET: consistency, PERSON_SECRET: person,
      AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_FILE: jwksFile(system.dataDir),
    },
  });
  await waitUntil(() => fetch(`${insightUrl}/health/ready`).then(({ ok }) => ok, () => false), { timeoutMs: 60_000, what: 'insight beside the standby' });
}, startLimitMs);

afterAll(async () => {
  await standby?.end();
  for (const { identity, spec } of processes.reverse()) await endProcess(identity, spec);
  await primary?.query('SELECT pg_drop_replication_slot($1)', [slot]).catch(() => undefined);
  await primary?.end();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const register = async (title: string): Promise<{ caseId: string; token: string }> => {
  const answer = await fetch(`${system.gatewayUrl}/api/v1/cases`, {
    method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${await system.token('intake')}` }, body: JSON.stringify(demandOf({ title })),
  });
  expect(answer.status).toBe(201);
  return { caseId: (await answer.json() as { caseId: string }).caseId, token: answer.headers.get('x-consistency-token') ?? '' };
};

const read = async (path: string, token?: string): Promise<{ status: number; body: { code?: string; title?: string }; retryAfter: string | null }> => {
  const answer = await fetch(`${insightUrl}/api/v1/insight/${path}`, { headers: { authorization: `Bearer ${await system.token('analyst')}`, ...(token ? { 'x-consistency-token': token } : {}) } });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() as { code?: string; title?: string } };
};

(isOurs ? describe : describe.skip)('analysts on a streaming standby', () => {
  it('see there what the primary has, wait there for what they have just done, and are told when it does not come', async () => {
    const first = await register('备库上也能看到');
    expect(await read(`cases/${first.caseId}`, first.token)).toMatchObject({ status: 200, body: { title: '备库上也能看到' } });
    const { rows } = await standby.query<{ name: string; standby: boolean }>(
      `SELECT DISTINCT application_name AS name, pg_is_in_recovery() AS standby FROM pg_stat_activity WHERE application_name LIKE 'insight%' ORDER BY 1`);
    expect(rows).toEqual([{ name: 'insight-reader', standby: true }, { name: 'insight-views', standby: true }]);

    await standby.query('SELECT pg_wal_replay_pause()');
    const second = await register('备库落后');
    expect(await read(`cases/${second.caseId}`, second.token)).toMatchObject({ status: 503, body: { code: 'read-model-behind' }, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(await read(`cases/${second.caseId}`)).toMatchObject({ status: 404 });
    // The lists go on, as of where the standby is.
    expect((await read(`cases/${first.caseId}`)).status).toBe(200);
    await standby.query('SELECT pg_wal_replay_resume()');
    await eventually(() => read(`cases/${second.caseId}`, second.token), (answer) => expect(answer).toMatchObject({ status: 200, body: { title: '备库落后' } }));
  }, storyLimitMs);

  it('go on reading while the read model is made anew on the primary', async () => {
    const { caseId } = await register('重建期间');
    await eventually(() => read(`cases/${caseId}`), ({ status }) => expect(status).toBe(200));
    const version = async () => (await standby.query<{ version: number }>(`SELECT version FROM insight.read_model WHERE name = 'cases'`)).rows[0]?.version ?? 0;
    const before = await version();
    const rebuild = spawn(process.execPath, ['tools/run.mjs', 'rebuild', 'cases'], { cwd: root, env: { ...process.env, NODE_OPTIONS: '', LIANBAN_DATA_DIR: system.dataDir }, stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => rebuild.once('exit', resolve));
    let running = true;
    void ended.then(() => { running = false; });
    const statuses = new Set<number>();
    for (let more = 20; running || more > 0; more -= running ? 0 : 1) {
      for (const path of ['cases', `cases/${caseId}`, 'rates', 'overdue']) statuses.add((await read(path)).status);
      await delay(20);
    }
    expect(await ended).toBe(0);
    expect([...statuses]).toEqual([200]);
    await eventually(version, (now) => expect(now).toBe(before + 1));
    expect((await read(`cases/${caseId}`)).status).toBe(200);
  }, 120_000);
});
