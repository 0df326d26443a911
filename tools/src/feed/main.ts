/** `npm run feed -- --file FILE [--limit N] [--concurrency N]`: plays a file of messages through the public API. */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runningAddresses } from '../addresses.js';
import type { Persona } from '../cases/case-script.js';
import { command } from '../command.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { issueToken } from '../issuer/issuer.js';
import { onceEach } from '../once-each.js';
import { dataDirOf } from '../settings.js';
import { runFeed } from './feed.js';
import { exitCodeOf, summaryLines } from './summary.js';

const usage = 'Usage: npm run feed -- --file FILE [--limit N] [--concurrency N]. Set LIANBAN_URL for a gateway that was not started from here.';

const countOf = (name: string, given: string | undefined): number | undefined => {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw new StartupProblem(`--${name} ${given} is no count. ${usage}`);
  return value;
};

const options = () => {
  try {
    return parseArgs({ options: { file: { type: 'string' }, limit: { type: 'string' }, concurrency: { type: 'string' } } }).values;
  } catch (error) {
    throw new StartupProblem(`${(error as Error).message.split('\n')[0]}. ${usage}`);
  }
};

await command(async (say) => {
  const { file: named, limit, concurrency } = options();
  if (!named) throw new StartupProblem(usage);
  // npm runs scripts in the folder of the package; the name is meant from where the person stands.
  const file = resolve(process.env.INIT_CWD ?? process.cwd(), named);
  await access(file, constants.R_OK).catch(() => { throw new StartupProblem(`${named} can not be read. ${usage}`); });
  const dataDir = dataDirOf(process.env);
  const gatewayUrl = process.env.LIANBAN_URL || runningAddresses().gatewayUrl;
  const tokenFor = onceEach((persona: Persona) => issueToken(dataDir, persona, { import: true }));
  const summary = await runFeed({
    file, gatewayUrl, tokenFor, limit: countOf('limit', limit), concurrency: countOf('concurrency', concurrency),
    log: (line) => say(`feed: ${line}`),
  });
  say(`\n${summaryLines(summary).join('\n')}`);
  process.exitCode = exitCodeOf(summary);
});
