import { statfsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureTopics, topicsWith } from '@lianban/kafka';
import { cacheDir, kafkaRecipeDir } from '../checkout.js';
import { prepareDatabase, type DatabaseUrls } from '../database/database.js';
import { logTail, rotateLog, type ProcessSpec } from '../infrastructure/managed-process.js';
import { requireFreePort } from '../infrastructure/ports.js';
import { markOf } from '../infrastructure/postgres-account.js';
import { keepPrivate } from '../infrastructure/private-folder.js';
import { kafkaServer, postgresServer, type Server } from '../infrastructure/servers.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { ensureKeys } from '../issuer/issuer.js';
import { loadSecrets, type Secrets } from '../secrets.js';
import type { Settings } from '../settings.js';
import { endProcesses } from './end-processes.js';
import { Keeper } from './keeper.js';
import { hasOwnIssuer, requireBuiltServices, serviceProcesses, serviceSpec, serviceUrls } from './services.js';
import { claim, ownIdentity, readState, removeState, supervisorRuns, writeState, type Addresses, type Stage, type State } from './state-file.js';

const neededMegabytes = 500;
const servicesReadyWithinMs = 90_000;

/** Starts everything of one data folder, keeps it running, and ends it in order. */
export class Supervisor {
  readonly #keepers: Keeper[] = [];
  readonly #containers: Server[] = [];
  readonly #secrets: () => Secrets;
  #state: State | undefined;
  #stopping: Promise<void> | undefined;

  constructor(private readonly settings: Settings, private readonly say: (line: string) => void) {
    let secrets: Secrets | undefined;
    this.#secrets = () => (secrets ??= loadSecrets(settings.dataDir));
  }

  /** @throws StartupProblem; call `stop` then as well */
  async start(): Promise<Addresses> {
    requireBuiltServices();
    await this.#claim();
    requireSpace(this.settings.dataDir);
    const urls = serviceUrls(this.settings);
    const processes = serviceProcesses(this.settings);
    for (const { name, port } of processes) {
      await requireFreePort(port, name === 'gateway' ? 'the gateway' : `the service ${name}`, name === 'gateway' ? 'LIANBAN_PORT' : 'LIANBAN_SERVICE_PORT_BASE');
    }
    if (!hasOwnIssuer()) await ensureKeys(this.settings.dataDir);
    const [database, kafkaBrokers] = await this.#bothOrNothing(this.#startDatabase(), this.#startKafka());
    const surroundings = { settings: this.settings, database, kafkaBrokers, consistencySecret: this.#secrets().consistency, personSecret: this.#secrets().person };
    const services = processes.map((each) => serviceSpec(each, surroundings));
    this.say(`Starting ${processes.map(({ name }) => name).join(', ')} … 正在启动服务`);
    const keepers = await Promise.all(services.map((spec) => this.#keep(spec, 'service')));
    const addresses = { gatewayUrl: urls.gateway ?? '', serviceUrls: urls, kafkaBrokers, adminDatabaseUrl: database.admin, analystUrl: database.analyst };
    await this.#untilReady(addresses.gatewayUrl, keepers);
    this.#record(addresses);
    return addresses;
  }

  /** Services, then Kafka, then Postgres. Calling it again waits for the same end. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#end());
  }

  async #end(): Promise<void> {
    if (!this.#state) return;
    for (const stage of ['service', 'kafka', 'postgres'] as const) {
      await Promise.all(this.#keepers.filter((keeper) => keeper.stage === stage).map((keeper) => keeper.stop()));
    }
    for (const container of this.#containers) await container.stop?.();
    removeState(this.settings.dataDir);
  }

  /** Takes over the data folder, ending first what a killed supervisor has left. */
  async #claim(): Promise<void> {
    const { dataDir } = this.settings;
    keepPrivate(dataDir);
    const before = readState(dataDir);
    if (before && supervisorRuns(before)) throw alreadyRuns(before);
    if (before) {
      const ended = await endProcesses(before.processes);
      if (ended.length > 0) this.say(`The last start did not end properly; ended what it had left: ${ended.join(', ')}`);
      removeState(dataDir);
    }
    const state: State = { supervisor: ownIdentity(), startedAt: new Date().toISOString(), processes: [] };
    if (!claim(dataDir, state)) throw alreadyRuns(readState(dataDir) ?? state);
    this.#state = state;
  }

  async #startDatabase(): Promise<DatabaseUrls> {
    const server = await postgresServer({
      ...this.#serverOptions(), given: this.settings.databaseUrl, port: this.settings.postgresPort, password: this.#secrets().postgres,
      checkPort: (port) => requireFreePort(port, 'PostgreSQL', 'LIANBAN_POSTGRES_PORT'), volume: this.#volume('postgres'),
    });
    await this.#bring('PostgreSQL', server, 'postgres');
    const database = await prepareDatabase(server.address, { passwords: this.#secrets().roles });
    this.say(`Database ready, ${database.ran.length === 0 ? 'nothing to migrate' : `${database.ran.length} migrations ran`} 数据库就绪`);
    return database;
  }

  async #startKafka(): Promise<string> {
    const server = await kafkaServer({
      ...this.#serverOptions(), given: this.settings.kafkaBrokers, port: this.settings.kafkaPort, brokers: this.settings.brokers, advertisedPorts: this.settings.kafkaVia,
      checkPort: (port) => requireFreePort(port, 'Kafka', 'LIANBAN_KAFKA_PORT'), volume: this.#volume('kafka'),
    });
    await this.#bring('Kafka', server, 'kafka');
    const created = await ensureTopics(server.address.split(',').map((broker) => broker.trim()), topicsWith(this.settings.partitions));
    this.say(`Topics ready${created.length === 0 ? '' : `, created ${created.join(', ')}`} 主题就绪`);
    return server.address;
  }

  /** Docker's volumes are the machine's; passwords are a data folder's. Each folder has volumes of its own, so that they fit. */
  #volume(server: 'postgres' | 'kafka'): string {
    return `lianban-${server}-${markOf(this.settings.dataDir)}`;
  }

  #serverOptions() {
    return { dataDir: this.settings.dataDir, cacheDir, recipeDir: kafkaRecipeDir, prefer: ['embedded', 'containers'] as const, say: this.say };
  }

  async #bring(name: string, server: Server, stage: Stage): Promise<void> {
    this.say(`${name}: ${server.kind === 'external' ? 'given from outside' : server.kind === 'embedded' ? 'embedded' : 'Docker container'}`);
    if (!server.processes) {
      this.#containers.push(server);
      return server.ready();
    }
    const keepers = await Promise.all(server.processes.map((spec) => this.#keep(spec, stage)));
    await server.ready(() => keepers.map(endedRepeatedly).find(Boolean));
  }

  /** One failing must not leave the other half way through its start when everything is ended. */
  async #bothOrNothing<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
    await Promise.allSettled([first, second]);
    return Promise.all([first, second]);
  }

  async #keep(spec: ProcessSpec, stage: Stage): Promise<Keeper> {
    if (this.#stopping) throw new StartupProblem('Stopped while starting.');
    rotateLog(spec.logFile);
    const keeper = new Keeper(spec, stage, { started: () => this.#record(), say: this.say });
    this.#keepers.push(keeper);
    await keeper.start();
    return keeper;
  }

  #record(addresses = this.#state?.addresses): void {
    if (!this.#state) return;
    const processes = this.#keepers.flatMap((keeper) => keeper.recorded ?? []);
    this.#state = { ...this.#state, processes, ...(addresses ? { addresses } : {}) };
    writeState(this.settings.dataDir, this.#state);
  }

  async #untilReady(gatewayUrl: string, keepers: readonly Keeper[]): Promise<void> {
    const deadline = Date.now() + servicesReadyWithinMs;
    while (!this.#stopping) {
      const answer = await readiness(gatewayUrl);
      if (answer.ready) return;
      for (const keeper of keepers) {
        const problem = endedRepeatedly(keeper);
        if (problem) throw new StartupProblem(problem);
      }
      if (Date.now() > deadline) throw new StartupProblem(`The services did not become ready within ${servicesReadyWithinMs / 1000} s. The gateway says: ${answer.detail}. Logs: ${this.settings.dataDir}/log`);
      await delay(200);
    }
    throw new StartupProblem('Stopped while starting.');
  }
}

async function readiness(gatewayUrl: string): Promise<{ ready: boolean; detail: string }> {
  try {
    const response = await fetch(`${gatewayUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    return { ready: response.ok, detail: (await response.text()).slice(0, 1_000) };
  } catch (error) {
    return { ready: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** While starting, three ends in a row are no accident: better to say why than to try for ever. */
function endedRepeatedly(keeper: Keeper): string | undefined {
  if (keeper.restarts < 3) return undefined;
  return `${keeper.spec.name} does not start. The end of its log (${keeper.spec.logFile}):\n${logTail(keeper.spec.logFile)}`;
}

function alreadyRuns(state: State): StartupProblem {
  const where = state.addresses ? ` at ${state.addresses.gatewayUrl}` : '';
  return new StartupProblem(`Lianban is already running from this folder${where} (process ${state.supervisor.pid}, since ${state.startedAt}). \`npm stop\` ends it. 已在运行`);
}

function requireSpace(dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  const megabytes = Math.floor((bavail * bsize) / 1_048_576);
  if (megabytes < neededMegabytes) throw new StartupProblem(`Only ${megabytes} MB are free for ${dataDir}; Lianban needs ${neededMegabytes} MB to start. Free some space, or set LIANBAN_DATA_DIR to another disk.`);
}
