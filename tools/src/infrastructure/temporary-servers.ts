import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, launch, logTail, type ManagedProcess } from './managed-process.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';
import type { Server } from './servers.js';

/** Who made a folder and what it has started, beside the data: what a killed run leaves is cleared away by pid and start time. */
interface ServersRecord { host: ProcessIdentity | undefined; children: ProcessIdentity[] }

/** Postgres and Kafka of one run (of tests, of benchmarks), whose data go with it. */
export class TemporaryServers {
  readonly dataDir: string;
  /** Promises, noted before the start: an end in just that moment must still find the process. */
  readonly #processes: Promise<ManagedProcess>[] = [];
  readonly #servers: Server[] = [];
  #ended: Promise<void> | undefined;

  /** @param folder where the run makes a folder of its own, named `<prefix><pid>-<random>` */
  constructor(folder: string, prefix: string) {
    this.dataDir = join(folder, `${prefix}${process.pid}-${randomBytes(3).toString('hex')}`);
    // 0755 and not mkdtemp's 0700: as root, Postgres runs as another user and must be able to enter.
    mkdirSync(this.dataDir, { recursive: true, mode: 0o755 });
    this.#write([]);
  }

  /** Launches it where that is ours to do and waits until it can be used. */
  async bring(name: string, server: Server): Promise<string> {
    if (this.#ended) throw new Error('the run is over');
    this.#servers.push(server);
    if (server.processes) {
      const launched = server.processes.map(launch);
      this.#processes.push(...launched);
      const running = await Promise.all(launched);
      this.#write((await this.processes()).map(({ identity }) => identity));
      const ended = () => running.find((each) => each.hasExited());
      await server.ready(() => { const first = ended(); return first && `${name} ended while starting: ${logTail(first.spec.logFile)}`; });
    } else {
      await server.ready();
    }
    return server.address;
  }

  /** What runs, or has been killed by a test. */
  processes(): Promise<ManagedProcess[]> {
    return Promise.all(this.#processes);
  }

  /** Starts one again that has ended. */
  async again(ended: ManagedProcess): Promise<void> {
    const all = await this.processes();
    this.#processes[all.indexOf(ended)] = launch(ended.spec);
    this.#write((await this.processes()).map(({ identity }) => identity));
  }

  /** Ends what it has brought and removes the data. Calling it again waits for the same end. */
  end(): Promise<void> {
    return (this.#ended ??= this.#end());
  }

  async #end(): Promise<void> {
    for (const server of this.#servers) await server.stop?.();
    // Nobody needs a clean end of data that are thrown away: half a second, then force.
    for (const launched of this.#processes.reverse()) {
      const { identity, spec } = await launched;
      await endProcess(identity, { ...spec, stopWithinMs: 500 });
    }
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  #write(children: ProcessIdentity[]): void {
    const record: ServersRecord = { host: identify(process.pid), children };
    writeFileSync(join(this.dataDir, 'processes.json'), JSON.stringify(record));
  }
}

/** A run that was itself killed leaves servers and a folder; the next one clears them away. */
export async function clearAfterKilledRuns(folder: string, prefix: string): Promise<void> {
  for (const entry of readdirSync(folder).filter((name) => name.startsWith(prefix))) {
    const left = readRecord(join(folder, entry, 'processes.json'));
    if (!left || (left.host && isRunning(left.host))) continue;
    for (const identity of left.children) await endProcess(identity, { stopSignal: 'SIGTERM', stopWithinMs: 0 });
    rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

function readRecord(file: string): ServersRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServersRecord;
  } catch {
    return undefined;
  }
}
