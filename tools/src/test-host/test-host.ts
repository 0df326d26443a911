/**
 * The process that holds Postgres, Kafka and a whole running system for one jest run. It starts each when the first test asks for
 * it (so pure runs cost nothing), and ends all when its parent lets go of it: on its own will, or because it was killed. Nothing is left behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, kafkaRecipeDir } from '../checkout.js';
import { withDatabase } from '../database/database.js';
import { endProcess, launch, logTail, type ManagedProcess } from '../infrastructure/managed-process.js';
import { freePort } from '../infrastructure/ports.js';
import { identify, isRunning, type ProcessIdentity } from '../infrastructure/process-identity.js';
import { kafkaServer, postgresServer, withoutPassword, type Server } from '../infrastructure/servers.js';
import { describeProblem } from '../infrastructure/startup-problem.js';
import { loadSecrets } from '../secrets.js';
import { startStack, type Stack } from '../stack.js';
import { TestDatabases } from './test-databases.js';

interface Request { id: number; path: string }

const folderPrefix = 'lianban-test-';
const dataDir = join(tmpdir(), `${folderPrefix}${process.pid}-${randomBytes(3).toString('hex')}`);
const say = (line: string) => process.stderr.write(`${line}\n`);
/** Promises, noted before the start: an end in just that moment must still find the process. */
const processes: Promise<ManagedProcess>[] = [];
const servers: Server[] = [];
/** The running system's own data. */
const stackDir = join(dataDir, 'stack');
// 0755 and not mkdtemp's 0700: as root, Postgres runs as another user and must be able to enter.
mkdirSync(dataDir, { mode: 0o755 });
// Roles belong to the whole server: where Postgres is given, the running system and the test databases share their passwords.
const databases = new TestDatabases(loadSecrets(stackDir).roles);
let stopping: Promise<void> | undefined;

const common = { dataDir, cacheDir, recipeDir: kafkaRecipeDir, prefer: ['containers', 'embedded'] as const, say };

async function bring(name: string, server: Server): Promise<string> {
  servers.push(server);
  if (stopping) throw new Error('the run is over');
  if (server.process) {
    const launched = launch(server.process);
    processes.push(launched);
    const running = await launched;
    await recordIdentities();
    await server.ready(() => (running.hasExited() ? `${name} ended while starting: ${logTail(running.spec.logFile)}` : undefined));
  } else {
    await server.ready();
  }
  say(`test infrastructure: ${name} ${server.kind} (${withoutPassword(server.address.includes('://') ? server.address : `kafka://${server.address}`)})`);
  return server.address;
}

const once = <T>(make: () => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

/** For the stories: everything as `npm start` would, beside whatever else runs here. Late deadlines of the stories fire soon. */
let runningStack: Promise<Stack> | undefined;
const stack = () => (runningStack ??= startStack({ dataDir: stackDir, ports: 'free', empty: true, env: { TIMER_QUIET_SECONDS: '1', ...ownServers() } }));

/** On a given Postgres a database of this run's own. Never a given Kafka: the system's topics have fixed names and may be in use there. */
function ownServers(): Record<string, string> {
  const given = process.env.DATABASE_URL;
  return { KAFKA_BROKERS: '', ...(given ? { DATABASE_URL: withDatabase(given, databases.reserve()) } : {}) };
}

const postgres = once(async () => bring('Postgres', await postgresServer({
  ...common, given: process.env.DATABASE_URL, port: await freePort(), password: randomBytes(12).toString('hex'), withoutFsync: true,
})));
const kafka = once(async () => bring('Kafka', await kafkaServer({ ...common, given: process.env.KAFKA_BROKERS, port: await freePort() })));

async function answer(path: string): Promise<unknown> {
  switch (path) {
    case '/postgres': return { adminUrl: await postgres() };
    case '/kafka': return { brokers: (await kafka()).split(',') };
    case '/service-databases': return databases.create(await postgres());
    case '/stack': return { ...addressesOf(await stack()), dataDir: stackDir };
    default: throw new Error(`unknown request ${path}`);
  }
}

/** What goes over the wire: the stack without its functions. */
const addressesOf = ({ gatewayUrl, serviceUrls, kafkaBrokers, adminDatabaseUrl, analystUrl }: Stack) =>
  ({ gatewayUrl, serviceUrls, kafkaBrokers, adminDatabaseUrl, analystUrl });

async function stop(): Promise<void> {
  await runningStack?.then((running) => running.stop(), () => undefined);
  await databases.drop().catch((error) => say(`test databases were not dropped: ${describeProblem(error)}`));
  for (const server of servers) await server.stop?.();
  // Nobody needs a clean end of data that are thrown away: half a second, then force.
  for (const launched of processes.reverse()) {
    const { identity, spec } = await launched;
    await endProcess(identity, { ...spec, stopWithinMs: 500 });
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** A host that was itself killed leaves servers and a folder; the next one clears them away, by pid and start time. */
async function clearAfterKilledHosts(): Promise<void> {
  for (const folder of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderPrefix))) {
    const file = join(tmpdir(), folder, 'processes.json');
    const left = readRecord(file);
    if (!left || isRunning(left.host)) continue;
    for (const identity of left.children) await endProcess(identity, { stopSignal: 'SIGTERM', stopWithinMs: 0 });
    rmSync(join(tmpdir(), folder), { recursive: true, force: true });
  }
}

function readRecord(file: string): { host: ProcessIdentity; children: ProcessIdentity[] } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { host: ProcessIdentity; children: ProcessIdentity[] };
  } catch {
    return undefined;
  }
}

async function recordIdentities(): Promise<void> {
  const record = { host: identify(process.pid), children: (await Promise.all(processes)).map(({ identity }) => identity) };
  writeFileSync(join(dataDir, 'processes.json'), JSON.stringify(record));
}

const end = () => { stopping ??= stop().finally(() => process.exit(0)); };

await recordIdentities();
process.on('message', ({ id, path }: Request) => {
  answer(path).then(
    (result) => process.send?.({ id, result }),
    (error) => process.send?.({ id, problem: describeProblem(error) }),
  );
});
process.on('disconnect', end);
process.on('SIGTERM', end);
// A killed run may leave a broken pipe: writing to it must not end us before the servers have ended.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => { say(String(error.stack)); end(); });
// Ctrl-C reaches the whole terminal group; jest decides when the run is over.
process.on('SIGINT', () => undefined);
await clearAfterKilledHosts();
