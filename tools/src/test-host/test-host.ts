/**
 * The process that holds Postgres, Kafka and a whole running system for one jest run. It starts each when the first test asks for
 * it (so pure runs cost nothing), and ends all when its parent lets go of it: on its own will, or because it was killed. Nothing is left behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, kafkaRecipeDir } from '../checkout.js';
import { withDatabase } from '../database/database.js';
import { freePort } from '../infrastructure/ports.js';
import { kafkaServer, postgresServer, withoutPassword, type Server } from '../infrastructure/servers.js';
import { describeProblem } from '../infrastructure/startup-problem.js';
import { clearAfterKilledRuns, TemporaryServers } from '../infrastructure/temporary-servers.js';
import { onceEach } from '../once-each.js';
import { loadSecrets } from '../secrets.js';
import { startStack, type Stack } from '../stack.js';
import { TestDatabases } from './test-databases.js';

interface Request { id: number; path: string }

const folderPrefix = 'lianban-test-';
const running = new TemporaryServers(tmpdir(), folderPrefix);
const { dataDir } = running;
const say = (line: string) => process.stderr.write(`${line}\n`);
/** The running system's own data. */
const stackDir = join(dataDir, 'stack');
/** A Postgres for each worker, since a transaction that stays open in one database holds up the relays of all. A given one is everybody's. */
const given = process.env.DATABASE_URL;
const nameOf = (worker: string) => (given ? 'given' : `postgres-${worker}`);
let stopping: Promise<void> | undefined;

const common = { cacheDir, recipeDir: kafkaRecipeDir, prefer: ['containers', 'embedded'] as const, say };

async function bring(name: string, server: Server): Promise<string> {
  const address = await running.bring(name, server);
  say(`test infrastructure: ${name} ${server.kind} (${withoutPassword(address.includes('://') ? address : `kafka://${address}`)})`);
  return address;
}

/** For the stories: everything as `npm start` would, beside whatever else runs here. Late deadlines of the stories fire soon. */
let runningStack: Promise<Stack> | undefined;
const stack = () => (runningStack ??= startStack({ dataDir: stackDir, ports: 'free', empty: true, env: { TIMER_QUIET_SECONDS: '1', ...ownServers() } }));

/** On a given Postgres a database of this run's own. Never a given Kafka: the system's topics have fixed names and may be in use there. */
function ownServers(): Record<string, string> {
  return { KAFKA_BROKERS: '', ...(given ? { DATABASE_URL: withDatabase(given, databases(nameOf('')).reserve()) } : {}) };
}

const postgres = onceEach(async (name: string) => {
  const folder = join(dataDir, name);
  mkdirSync(folder, { mode: 0o755 });
  return bring('Postgres', await postgresServer({ ...common, dataDir: folder, given, port: await freePort(), password: randomBytes(12).toString('hex'), withoutFsync: true }));
});
// Roles belong to the whole server: where Postgres is given, the running system and the test databases share their passwords.
const databases = onceEach((_name: string) => new TestDatabases(loadSecrets(stackDir).roles));
const kafka = onceEach(async (name: string) => bring(name, await kafkaServer({ ...common, dataDir, given: process.env.KAFKA_BROKERS, port: await freePort() })));

async function answer(path: string): Promise<unknown> {
  const [, what, worker = ''] = path.split('/');
  switch (what) {
    case 'postgres': return { adminUrl: await postgres(nameOf(worker)) };
    case 'kafka': return { brokers: (await kafka('Kafka')).split(',') };
    case 'service-databases': return databases(nameOf(worker)).create(await postgres(nameOf(worker)));
    case 'stack': return { ...addressesOf(await stack()), dataDir: stackDir };
    default: throw new Error(`unknown request ${path}`);
  }
}

/** What goes over the wire: the stack without its functions. */
const addressesOf = ({ gatewayUrl, serviceUrls, kafkaBrokers, adminDatabaseUrl, analystUrl }: Stack) =>
  ({ gatewayUrl, serviceUrls, kafkaBrokers, adminDatabaseUrl, analystUrl });

async function stop(): Promise<void> {
  await runningStack?.then((stack) => stack.stop(), () => undefined);
  for (const made of databases.made.values()) await made.drop().catch((error) => say(`test databases were not dropped: ${describeProblem(error)}`));
  await running.end();
}

const end = () => { stopping ??= stop().finally(() => process.exit(0)); };

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
await clearAfterKilledRuns(tmpdir(), folderPrefix);
