import { execFile } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { casesReadModel } from '@lianban/insight/read-models';
import { checkout } from '@lianban/tools/checkout';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { withSession } from '@lianban/tools/database/with-session';
import { freePort } from '@lianban/tools/infrastructure/ports';
import { onceEach } from '@lianban/tools/once-each';
import { reconcile } from '@lianban/tools/reconcile/reconcile';
import { freeRun, startStack, type Stack } from '@lianban/tools/stack';
import { checkAgreements } from './agreements.js';
import { checkCommands } from './check-commands.js';
import { checkFaults, faultTable } from './check-faults.js';
import { checkClocks, storedEvents, storedTimers } from './clocks.js';
import { inject, thaw, type Surroundings } from './faults.js';
import { verdictOf, type Violation } from './history.js';
import { audience, ensureKeys, issuer, jwksFile } from '@lianban/tools/issuer/issuer';
import { plainLives } from './lives.js';
import { playLife, startLoad, type LoadOptions } from './load.js';
import { describeFault, faultKinds, planFaults, serviceOf, type FaultKind } from './plan-faults.js';
import { Recorder } from './recorder.js';
import { allReady, recoverWithinMs, settled, settleWithinMs } from './settle.js';
import { removeRunFolder, SmallDisk } from './small-disk.js';
import { TcpProxy } from './tcp-proxy.js';
import { checkMemory, watchMemory } from './watch-memory.js';

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Copies of each service. */
  readonly copies: string;
  readonly brokers: 1 | 3;
  /** Of the case topic. */
  readonly partitions: number;
  readonly desks: number;
  readonly kinds?: readonly FaultKind[];
  readonly say: (line: string) => void;
  /** Ends the run early and cleans up. */
  readonly signal: AbortSignal;
  /** Called with the folder of logs and data, before it is removed, when something was violated. */
  readonly onViolation?: (folder: string, recorder: Recorder) => void;
}

/** A case is quiet after so long; then an imported clock that is overdue fires. */
const quietSeconds = 2;
const finishWithinMs = 30_000;
const lateMs = 10_000;
/** Postgres keeps up to 1 GB of its log; both are in memory, as far as they are used, and all of it for the moment a disk is full. */
const diskMegabytes = { postgres: 1_536, kafka: 512 };
const memoryForDisks = 4 * 1024 ** 3;
const folders = '/var/tmp';
const prefix = 'lianban-chaos-';

/** Load and faults on a system of its own, then the proof. @returns what was violated; nothing when all is well */
export const runChaos = async (options: ChaosOptions): Promise<Violation[]> => {
  const { seed, minutes, say, signal } = options;
  removeLeftFolders();
  // Every fault that is yet to come listens to it.
  setMaxListeners(0, signal);
  const dataDir = join(folders, `${prefix}${process.pid}`);
  mkdirSync(dataDir, { mode: 0o755 });
  const kafkas = ['kafka', 'kafka-2', 'kafka-3'].slice(0, options.brokers);
  const disk = (name: string, megabytes: number) => (freemem() < memoryForDisks ? undefined : SmallDisk.mount(join(dataDir, name), megabytes));
  const disks = Object.fromEntries([['postgres', disk('postgres', diskMegabytes.postgres)], ...kafkas.map((name) => [name, disk(name, diskMegabytes.kafka)])]) as Surroundings['disks'];
  const [postgresPort, kafkaPort] = [await freePort(), await freeRun(kafkas.length)];
  const viaKafka = await Promise.all(kafkas.map((_, index) => TcpProxy.start(() => kafkaPort + index)));
  const proxies: Surroundings['proxies'] = { postgres: await TcpProxy.start(() => postgresPort), ...Object.fromEntries(kafkas.map((name, index) => [name, viaKafka[index] as TcpProxy])) };
  const recorder = new Recorder();
  const [keyServer, keys] = await serveKeys(dataDir);
  let stack: Stack | undefined;
  try {
    const startedAt = Date.now();
    stack = await startStack({
      dataDir, ports: 'free', empty: true, env: {
        DATABASE_URL: '', KAFKA_BROKERS: '', AUTH_JWKS_FILE: '', AUTH_JWKS_URL: `http://127.0.0.1:${keys.port}`, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, LIANBAN_COPIES: options.copies, TIMER_QUIET_SECONDS: String(quietSeconds),
        LIANBAN_BROKERS: String(kafkas.length), LIANBAN_PARTITIONS: String(options.partitions), LIANBAN_POSTGRES_PORT: String(postgresPort), LIANBAN_KAFKA_PORT: String(kafkaPort),
        LIANBAN_POSTGRES_VIA: String(proxies.postgres?.port), LIANBAN_KAFKA_VIA: viaKafka.map(({ port }) => port).join(','),
      },
    });
    say(`seed ${seed}: ${Object.keys(stack.serviceUrls).join(', ')} up in ${seconds(Date.now() - startedAt)}`);
    const violations = await underFire(options, { stack, proxies, disks, issuer: keys }, recorder, minutes * 60_000, dataDir);
    if (violations.length > 0) options.onViolation?.(dataDir, recorder);
    return violations;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    options.onViolation?.(dataDir, recorder);
    throw error;
  } finally {
    thaw();
    for (const proxy of Object.values(proxies)) proxy.heal();
    await stack?.stop();
    await Promise.all([keys, ...Object.values(proxies)].map((proxy) => proxy.stop()));
    keyServer.close();
    removeRunFolder(dataDir);
  }
};

/** The part of an identity provider that services ask: its public keys, behind a proxy that can be away for a while. */
const serveKeys = async (dataDir: string): Promise<[Server, TcpProxy]> => {
  await ensureKeys(dataDir);
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(readFileSync(jwksFile(dataDir)))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return [server, await TcpProxy.start(() => (server.address() as AddressInfo).port)];
};

/** A run that was itself killed leaves its folder, named after its process, with small disks mounted in it. */
const removeLeftFolders = (): void => {
  for (const name of readdirSync(folders).filter((entry) => entry.startsWith(prefix))) {
    try {
      process.kill(Number(name.slice(prefix.length)), 0);
    } catch {
      removeRunFolder(join(folders, name));
    }
  }
};

const underFire = async (options: ChaosOptions, surroundings: Surroundings, recorder: Recorder, lengthMs: number, dataDir: string): Promise<Violation[]> => {
  const { seed, say, signal } = options;
  const { stack, disks } = surroundings;
  const token: LoadOptions['token'] = onceEach(stack.token);
  await allReady(stack.serviceUrls, signal);
  const allDisks = Object.values(disks).every(Boolean);
  const can = faultKinds.filter((kind) => (options.kinds ?? faultKinds).includes(kind) && (kind !== 'fill-disk' || allDisks));
  if (!allDisks) say('fill-disk: not run, too little memory, or no right to mount a file system');
  const plan = planFaults({ seed, lengthMs, processes: Object.keys(stack.serviceUrls), servers: Object.keys(disks), kinds: can });
  const loadOptions: LoadOptions = { seed, desks: options.desks, gatewayUrl: stack.gatewayUrl, recorder, token };
  const memory = watchMemory([...new Set(Object.keys(stack.serviceUrls).map(serviceOf))]);
  const load = startLoad(loadOptions);
  const began = Date.now();
  const happening = plan.map(async (fault) => {
    await delay(Math.max(0, fault.at - (Date.now() - began)), undefined, { signal });
    say(`  ${clock(began)} ${describeFault(fault)}`);
    const outcome = await inject(fault, surroundings);
    say(`  ${clock(began)} … ${outcome.effect === 'none' ? 'no effect: ' : ''}${outcome.did}`);
    return { fault, outcome };
  });
  // An end from outside does not wait for a fault that is on.
  const ended = new Promise<never>((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }); });
  const [injected] = await Promise.race([Promise.all([Promise.all(happening), delay(lengthMs)]), ended]);

  recorder.lossy = false;
  const healed = Date.now();
  await load.end(finishWithinMs);
  const violations = checkFaults(injected);
  console.table(faultTable(injected, Object.keys(disks)));
  const found = (check: string, detail: string) => violations.push({ check, caseId: '-', detail });
  const away = await allReady(stack.serviceUrls, signal);
  if (away.length > 0) found('the services come back by themselves', `after ${seconds(recoverWithinMs)} not ready: ${away.join('; ')}`);
  else say(`  all ready ${seconds(Date.now() - healed)} after the last fault`);
  const most = memory.end();
  violations.push(...checkMemory(most));
  say(`  most memory of a process: ${[...most].map(([name, megabytes]) => `${name} ${megabytes.toFixed(0)} MB`).join(', ') || 'not told by this system'}`);
  await Promise.all(plainLives.map((life, number) =>
    playLife(loadOptions, `after-${number}`, signal, life).catch((error: unknown) => found('requests after the last fault succeed', error instanceof Error ? error.message : String(error)))));
  signal.throwIfAborted();
  return [...violations, ...await prove(options, stack, recorder, load.counts, dataDir)];
};

const prove = ({ partitions, say, signal }: ChaosOptions, stack: Stack, recorder: Recorder, counts: ReadonlyMap<string, number>, dataDir: string): Promise<Violation[]> => withSession(stack.adminDatabaseUrl, async (admin) => {
  const brokers = stack.kafkaBrokers.split(',');
  const endedAt = Date.now();
  const unsettled = await settled(admin, brokers, quietSeconds * 1_000, signal);
  say(`  settled after ${seconds(Date.now() - endedAt)}`);
  const violations: Violation[] = unsettled.map((detail) => ({ check: `everything settles within ${seconds(settleWithinMs)}`, caseId: '-', detail }));
  const [events, timers] = [await storedEvents(admin), await storedTimers(admin)];
  const { history } = recorder;
  const slackMs = lateMs + quietSeconds * 1_000;
  violations.push(
    ...checkCommands(history, events),
    ...await checkAgreements(admin, slackMs),
    ...checkClocks(events, timers, new Date(endedAt - slackMs).toISOString()),
  );
  const compare = async (when: string) => {
    for (const { check, count, examples } of await reconcile({ adminUrl: stack.adminDatabaseUrl, brokers, log: troubleOnly, say: () => undefined })) {
      violations.push({ check: `reconcile, ${when}: ${check}`, caseId: '-', detail: `${count}: ${examples.join(' / ')}` });
    }
  };
  await compare('live');
  const problem = await rebuild(dataDir);
  if (problem) violations.push({ check: 'the read model can be rebuilt', caseId: '-', detail: problem });
  await compare('rebuilt');
  say(`  proved in ${seconds(Date.now() - endedAt)}`);
  const verdicts = history.operations.map(verdictOf);
  const number = (verdict: string) => verdicts.filter((each) => each === verdict).length;
  const repeated = history.operations.filter(({ attempts }) => attempts.length > 1).length;
  say(`  ${recorder.requests} requests; ${verdicts.length} commands: ${number('acknowledged')} acknowledged, ${number('refused')} refused, ${number('unknown')} without an answer; ${repeated} sent more than once`);
  say(`  ${events.length} events in ${new Set(events.map(({ metadata }) => metadata.streamId)).size} cases over ${partitions} partitions; ${history.reads.length} reads with tokens; ${timers.length} timers`);
  for (const [what, count] of [...counts].sort()) say(`    ${count} × ${what}`);
  return violations;
}, { application_name: 'lianban-chaos' });

/** As an operator would. With nothing given from outside, the tool looks into the data folder for the running system. @returns what it said if it failed */
const rebuild = async (dataDir: string): Promise<string | undefined> => {
  const { DATABASE_URL: _, KAFKA_BROKERS: __, ...env } = process.env;
  return promisify(execFile)(process.execPath, [join(checkout, 'tools', 'dist', 'rebuild.js'), casesReadModel.name], { env: { ...env, LIANBAN_DATA_DIR: dataDir } }).then(
    () => undefined, (error: Error & { stderr?: string }) => error.stderr?.trim() || error.message);
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const clock = (began: number): string => ((Date.now() - began) / 1000).toFixed(1).padStart(6);

