import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeProblem, StartupProblem } from './startup-problem.js';

const run = promisify(execFile);

/** Moves with tools/kafka/pom.xml, so that a newer Kafka is fetched into a folder of its own. */
export const kafkaVersion = '4.3.1';

/** The `java` to run, or why there is none that fits. */
export function findJava(): { java: string } | { problem: string } {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  try {
    // Not execFileSync's return value: `java -version` prints to standard error.
    const printed = execFileSync(java, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const major = Number(/\s(\d+)[.\s]/.exec(printed)?.[1]);
    if (major >= 17) return { java };
    return { problem: `Java ${major} is too old for Kafka ${kafkaVersion}; it needs Java 17 or newer` };
  } catch {
    return { problem: 'Java was not found' };
  }
}

function findMaven(): string | undefined {
  try {
    execFileSync('mvn', ['-v'], { stdio: 'ignore' });
    return 'mvn';
  } catch {
    return undefined;
  }
}

/** Why Kafka cannot run here by itself; undefined when it can. */
export function whyNoEmbeddedKafka(cacheDir: string): string | undefined {
  const found = findJava();
  if ('problem' in found) return found.problem;
  if (!existsSync(jarFolder(cacheDir)) && !findMaven()) return `Maven, which fetches Kafka ${kafkaVersion}, was not found`;
  return undefined;
}

function jarFolder(cacheDir: string): string {
  return join(cacheDir, `kafka-${kafkaVersion}`);
}

/** The folder with Kafka's jars, fetched from Maven Central on first use (about 44 MB, once per checkout). */
export async function kafkaJars(cacheDir: string, pom: string, say: (line: string) => void): Promise<string> {
  const folder = jarFolder(cacheDir);
  if (existsSync(folder)) return folder;
  say(`Fetching Apache Kafka ${kafkaVersion} from Maven Central (44 MB, once) … 首次运行，正在下载 Kafka`);
  mkdirSync(cacheDir, { recursive: true });
  // Into a folder beside and renamed when complete: a stopped download or a second start at the same time leaves no half of it.
  const unfinished = `${folder}.${process.pid}`;
  try {
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`],
      { cwd: dirname(pom), maxBuffer: 16 * 1024 * 1024 });
    if (!readdirSync(unfinished).some((file) => file.startsWith('kafka_'))) throw new Error('no Kafka among the files');
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } catch (error) {
    if (existsSync(folder)) return folder;
    const printed = error instanceof Error && 'stdout' in error ? String(error.stdout) : describeProblem(error);
    const reason = printed.split('\n').find((line) => line.includes('ERROR')) ?? printed;
    throw new StartupProblem(`Maven could not fetch Kafka ${kafkaVersion}: ${reason.slice(0, 300)}. Check the network (or Maven's mirror settings) and start again, or set KAFKA_BROKERS.`);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
