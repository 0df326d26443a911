import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames, type ServiceName } from '@lianban/contracts';
import pg from 'pg';
import type { CaseScript } from '../../tools/src/cases/case-script.js';
import { playCase } from '../../tools/src/cases/play-case.js';
import { ConsistencyJar, lianbanClient } from '../../tools/src/client/index.js';
import { endProcess, launch } from '../../tools/src/infrastructure/managed-process.js';
import { freePort, waitUntil } from '../../tools/src/infrastructure/ports.js';
import { loadSecrets } from '../../tools/src/secrets.js';
import { readSettings } from '../../tools/src/settings.js';
import { serviceSpec } from '../../tools/src/supervisor/services.js';
import { readState } from '../../tools/src/supervisor/state-file.js';
import { dueCallBack, demandOf, eventually, orderOf, runningSystem, startLimitMs, type RunningSystem } from './running-system.js';

/** Every acknowledged command survives `kill -9` of any process, and reaches the read side. */
describe('kill -9', () => {
  let system: RunningSystem;
  beforeAll(async () => { system = await runningSystem({ alone: true }); }, startLimitMs);

  it('of intake, insight and Postgres during concurrent registrations loses no acknowledged case', async () => {
    const token = await system.token('intake');
    const client = lianbanClient({ gatewayUrl: system.gatewayUrl, token, jar: new ConsistencyJar() });
    const acknowledged: string[] = [];
    let registering = true;
    const desk = async (number: number) => {
      for (let i = 0; registering; i++) {
        // Without an idempotency key: a call that broke off is not repeated, so only real acknowledgements count.
        const answer = await client.registerCase(demandOf({ title: `断电测试 ${number}-${i}` })).catch(() => undefined);
        if (answer) acknowledged.push(answer.body.caseId);
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const desks = Promise.all(Array.from({ length: 6 }, (_, number) => desk(number)));
    const more = async () => {
      const before = acknowledged.length;
      await eventually(async () => acknowledged.length, (count) => expect(count).toBeGreaterThan(before + 20), 40_000);
    };
    await more();
    for (const name of ['intake', 'insight', ...(process.env.DATABASE_URL ? [] : ['postgres'])]) {
      await system.kill(name);
      await more();
    }
    registering = false;
    await desks;

    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    await eventually(() => client.ready(), ({ status }) => expect(status).toBe(200), 40_000);
    const analyst = system.story().as('analyst');
    for (const caseId of acknowledged) {
      expect((await client.getCase(caseId)).body.status).toBe('registered');
      await eventually(() => analyst.insightCase(caseId), ({ body }) => expect(body.status).toBe('registered'), 40_000);
    }
  }, 150_000);

  it('of dispatch, satisfaction and sla while cases are on their way ends with every case closed, each step once', async () => {
    const scripts = Array.from({ length: 30 }, (_, i): CaseScript => ({
      key: `kill:${system.dataDir}:${i}`,
      register: { ...demandOf({ title: `途中断电 ${i}` }), as: 'intake' },
      steps: [
        { do: 'contact' }, { do: 'accept', level: 'simple' }, { do: 'dispatch', lead: 'housing', assist: ['fire-rescue'] },
        { do: 'sign', by: 'housing', round: 1 }, { do: 'sign', by: 'fire-rescue', round: 1 }, { do: 'complete', by: 'fire-rescue', round: 1, result: '协办完成。' },
        { do: 'complete', by: 'housing', round: 1, result: '已处理。' }, { do: 'call-back', round: 1, reached: true, resolved: true, satisfaction: 4 },
      ],
    }));
    const tokens = new Map<string, Promise<string>>();
    const tokenFor = (persona: Parameters<RunningSystem['token']>[0]) => {
      const known = tokens.get(persona) ?? system.token(persona);
      tokens.set(persona, known);
      return known;
    };
    let done = 0;
    const cases = Promise.all(scripts.map(async (script) => {
      const played = await playCase(script, { gatewayUrl: system.gatewayUrl, tokenFor, patience: { budgetMs: 60_000 } });
      done += 1;
      return played.caseId;
    }));
    for (const name of ['dispatch', 'satisfaction', 'sla']) {
      const target = done;
      await eventually(async () => done, (count) => expect(count).toBeGreaterThanOrEqual(Math.min(target + 2, scripts.length)), 60_000).catch(() => undefined);
      await system.kill(name);
    }
    const analyst = system.story().as('analyst');
    for (const caseId of await cases) {
      await eventually(() => analyst.insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'), 60_000);
      const { body: { items } } = await analyst.timeline(caseId);
      const countOf = (type: string) => items.filter((item) => item.type === type).length;
      expect(countOf('lianban.case.registered.v1')).toBe(1);
      expect(countOf('lianban.work-order.issued.v1')).toBe(2);
      expect(countOf('lianban.case.answered.v1')).toBe(1);
      expect(countOf('lianban.call-back.opened.v2')).toBe(1);
      expect(countOf('lianban.call-back.recorded.v2')).toBe(1);
      expect(countOf('lianban.case.closed.v1')).toBe(1);
    }
  }, 200_000);

  it('of the gateway and of Kafka in the middle of a case only delays it', async () => {
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: '网关与消息中间断电' }));
    await as('intake').accept(caseId, { level: 'simple' });
    await system.kill('gateway');
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing' }, { idempotencyKey: `kill-gateway:${caseId}` });
    await system.kill('kafka');
    const lead = orderOf(workOrders, 'housing');
    await as('operator:housing').sign(lead, {});
    await as('operator:housing').complete(lead, { result: '已处理。' });
    const callBackId = await eventually(() => dueCallBack({ as }, caseId), (id) => expect(id).toBeTruthy(), 60_000);
    await as('callback').recordOutcome(callBackId, { reached: true, resolved: true, satisfaction: 5 });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'), 60_000);
  }, 150_000);

  /** A second sla beside that of the system, in the same groups. */
  const secondSla = async () => {
    const { roles, consistency, person } = loadSecrets(system.dataDir);
    const url = new URL(system.adminDatabaseUrl);
    url.username = 'lianban_sla';
    url.password = encodeURIComponent(roles.lianban_sla ?? '');
    const port = await freePort();
    const settings = readSettings({ LIANBAN_DATA_DIR: system.dataDir });
    const services = Object.fromEntries(serviceNames.map((name) => [name, name === 'sla' ? url.href : ''])) as Record<ServiceName, string>;
    const spec = serviceSpec({ service: 'sla', name: 'sla-of-the-story', port }, {
      settings, kafkaBrokers: system.kafkaBrokers, consistencySecret: consistency, personSecret: person, database: { admin: '', analyst: '', ran: [], services },
    });
    const { identity } = await launch(spec);
    const stop = () => endProcess(identity, spec);
    return { stop, ready: () => waitUntil(() => isReady(`http://127.0.0.1:${port}`), { timeoutMs: 90_000, what: 'the second sla' }) };
  };

  it('is no worse than standing still for longer than a group waits: another copy takes over, and when the first goes on nothing is done twice', async () => {
    const admin = new pg.Client({ connectionString: system.adminDatabaseUrl });
    await admin.connect();
    const other = await secondSla();
    const pid = readState(system.dataDir)?.processes.find(({ name }) => name === 'sla')?.pid;
    if (pid === undefined) throw new Error('sla does not run');
    try {
      await other.ready();
      const { as } = system.story();
      const cases: string[] = [];
      const register = async (count: number) => {
        for (let i = 0; i < count; i++) cases.push((await as('intake').registerCase(demandOf({ title: `停顿 ${cases.length}` }))).body.caseId);
      };
      const clocks = async () => {
        const { rows } = await admin.query<{ id: string }>(
          `SELECT stream_id::text AS id FROM sla.event WHERE type = 'lianban.clock.started.v2' AND data->>'kind' = 'contact' AND stream_id = ANY ($1)`, [cases]);
        return rows.map(({ id }) => id).sort();
      };
      const eachHasOne = () => eventually(clocks, (found) => expect(found).toEqual([...cases].sort()), 90_000);
      const under = register(60);
      process.kill(pid, 'SIGSTOP');
      await under;
      await eachHasOne();
      process.kill(pid, 'SIGCONT');
      await register(30);
      await waitUntil(() => isReady(system.serviceUrls.sla ?? ''), { timeoutMs: 60_000, what: 'the sla that stood still' });
      await register(30);
      await eachHasOne();
    } finally {
      process.kill(pid, 'SIGCONT');
      await other.stop();
      await admin.end();
    }
  }, 300_000);
});

const isReady = (url: string): Promise<boolean> => fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(({ ok }) => ok, () => false);
