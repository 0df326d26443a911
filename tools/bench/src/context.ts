import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { serviceNames } from '@lianban/contracts';
import { ensureTopics } from '@lianban/kafka';
import { cacheDir, kafkaRecipeDir } from '@lianban/tools/checkout';
import { prepareDatabase } from '@lianban/tools/database/database';
import { withSession } from '@lianban/tools/database/with-session';
import { freePort } from '@lianban/tools/infrastructure/ports';
import { kafkaServer, postgresServer } from '@lianban/tools/infrastructure/servers';
import { TemporaryServers } from '@lianban/tools/infrastructure/temporary-servers';
import { loadSecrets } from '@lianban/tools/secrets';
import { startStack, type Stack } from '@lianban/tools/stack';
import type { BenchContext, BenchPostgres } from './measure.js';

export const benchFolderPrefix = 'lianban-bench-';

export interface ContextOptions extends Pick<BenchContext, 'rounds' | 'quick' | 'sizes' | 'say'> {
  /** Where the data lie while it runs: on a disk that is like the one meant, and not in memory. */
  readonly folder: string;
}

/** @returns the context of one benchmark, for whoever takes its rows, and the end of all it has started */
export function benchContext(options: ContextOptions): { context: Omit<BenchContext, 'report'>; end: () => Promise<void> } {
  const servers = new TemporaryServers(options.folder, benchFolderPrefix);
  const { dataDir } = servers;
  const stacks: Promise<Stack>[] = [];
  const common = { dataDir, cacheDir, recipeDir: kafkaRecipeDir, given: undefined, prefer: ['embedded', 'containers'] as const, say: options.say };

  const startPostgres = async (): Promise<BenchPostgres> => {
    const address = await servers.bring('Postgres', await postgresServer({ ...common, port: await freePort(), password: randomBytes(12).toString('hex') }));
    const { admin, services } = await prepareDatabase(address, { passwords: loadSecrets(dataDir).roles });
    const processes = (await servers.processes()).filter(({ spec }) => spec.name === 'postgres').map(({ spec: { name }, identity: { pid } }) => ({ name, pid }));
    return { adminUrl: admin, urls: services, processes, reset: () => emptyTables(admin) };
  };
  const startKafka = async (): Promise<{ brokers: string[] }> => {
    const address = await servers.bring('Kafka', await kafkaServer({ ...common, port: await freePort() }));
    const brokers = address.split(',');
    await ensureTopics(brokers);
    return { brokers };
  };
  let postgres: Promise<BenchPostgres> | undefined;
  let kafka: Promise<{ brokers: string[] }> | undefined;

  return {
    context: {
      rounds: options.rounds, quick: options.quick, sizes: options.sizes, say: options.say,
      postgres: () => (postgres ??= startPostgres()),
      kafka: () => (kafka ??= startKafka()),
      stack(env = {}) {
        const stack = startStack({
          dataDir: join(dataDir, `stack-${stacks.length + 1}`), ports: 'free', empty: true, env: { DATABASE_URL: '', KAFKA_BROKERS: '', ...env },
        });
        stacks.push(stack);
        return stack;
      },
    },
    async end() {
      await Promise.all(stacks.map((stack) => stack.then((running) => running.stop(), () => undefined)));
      await servers.end();
    },
  };
}

const emptyTables = (adminUrl: string): Promise<void> => withSession(adminUrl, async (client) => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname = ANY ($1) AND tablename NOT LIKE 'migrations%' AND tablename <> 'read_model'`, [serviceNames]);
  await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')} RESTART IDENTITY`);
});
