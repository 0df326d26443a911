/** `npm start [-- --empty]`: everything up, in the foreground until Ctrl-C, SIGTERM or `npm stop`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readModelsOfAnotherShape } from './database/read-models.js';
import { withSession } from './database/with-session.js';
import { describeProblem, StartupProblem } from './infrastructure/startup-problem.js';
import { seed } from './samples.js';
import { readSettings } from './settings.js';
import { hasOwnIssuer } from './supervisor/services.js';
import { Supervisor } from './supervisor/supervisor.js';
import { welcome } from './supervisor/welcome.js';

/** Written to the parent when started by `startStack`. */
export type StackMessage = { kind: 'ready' } | { kind: 'problem'; problem: string };

const say = (line: string) => process.stdout.write(`${line}\n`);
const tell = (message: StackMessage) => process.send?.(message);

/** Makes read models anew that an earlier version has left, beside the live ones. What goes wrong is said; all but questions about what is new works without. */
async function renewReadModels(adminUrl: string): Promise<void> {
  for (const name of await readModelsOfAnotherShape(adminUrl)) {
    say(`The read model ${name} was made by another version; making it anew … 正在重建读模型`);
    const [code] = await once(spawn(process.execPath, [fileURLToPath(new URL('rebuild.js', import.meta.url)), name], { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit') as [number | null];
    if (code !== 0) say(`It could not be made anew; \`npm run rebuild -- ${name}\` tries again.`);
  }
}

/** Says which reference data dispatch has retired since `began`, because their lines are gone from its files or say so. */
const sayRetired = (adminUrl: string, began: number): Promise<void> => withSession(adminUrl, async (client) => {
  const { rows } = await client.query<{ retired: string }>(
    `SELECT stream_id AS retired FROM (SELECT * FROM dispatch.event ORDER BY event.xid DESC, event.position DESC LIMIT 5000) latest
      WHERE type LIKE 'lianban.directory.%' AND data->>'active' = 'false' AND recorded_at >= $1 ORDER BY 1`, [new Date(began)]);
  if (rows.length > 0) say(`Retired, as apps/dispatch/data has it: ${rows.map(({ retired }) => retired).join(', ')} 已停用`);
});

async function run(): Promise<void> {
  const unknown = process.argv.slice(2).filter((word) => word !== '--empty');
  if (unknown.length > 0) throw new StartupProblem(`Unknown option ${unknown[0]}. Usage: npm start [-- --empty]`);
  const empty = process.argv.includes('--empty');
  const settings = readSettings();
  const supervisor = new Supervisor(settings, say);
  const began = Date.now();

  let ending = false;
  const end = (why: string) => {
    if (ending) return;
    ending = true;
    say(`${why}: stopping services, Kafka, Postgres … 正在停止`);
    supervisor.stop().then(
      () => { say('Stopped. 已停止'); process.exit(process.exitCode ?? 0); },
      (error: unknown) => { process.stderr.write(`${describeProblem(error)}\n`); process.exit(1); },
    );
  };
  process.on('SIGINT', () => end('Ctrl-C'));
  process.on('SIGTERM', () => end('Asked to stop'));
  process.on('SIGHUP', () => end('Terminal closed'));
  // Started by a test: its end, even by kill -9, closes the channel.
  process.on('disconnect', () => end('Parent gone'));
  // Whoever read our output may be gone (`npm start | head`, a killed test): no reason to leave the children alone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', (error) => { process.exitCode = 1; process.stderr.write(`${error.stack}\n`); end('Unexpected error'); });

  try {
    const addresses = await supervisor.start();
    await renewReadModels(addresses.adminDatabaseUrl);
    await sayRetired(addresses.adminDatabaseUrl, began);
    const withSamples = !empty && !hasOwnIssuer();
    // The system is up and of use without its samples: say what went wrong with them and stay.
    if (withSamples && !ending) await seed(addresses.gatewayUrl, settings.dataDir, say).catch((error: unknown) => say(`Sample cases are incomplete: ${describeProblem(error)}`));
    if (ending) return;
    say(welcome(addresses, { seconds: Math.round((Date.now() - began) / 1000), withSamples, ownIssuer: hasOwnIssuer() }));
    tell({ kind: 'ready' });
  } catch (error) {
    if (ending) return;
    process.stderr.write(`\n${describeProblem(error)}\n`);
    if (process.env.LIANBAN_DEBUG) console.error(error);
    tell({ kind: 'problem', problem: describeProblem(error) });
    process.exitCode = 1;
    ending = true;
    await supervisor.stop();
    process.exit(1);
  }
}

await run().catch((error: unknown) => {
  process.stderr.write(`${describeProblem(error)}\n`);
  process.exitCode = 1;
});
