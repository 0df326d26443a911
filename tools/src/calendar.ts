/** `npm run calendar -- load FILE`: publishes the years of a file. LIANBAN_URL names a gateway that was not started from here. */
import { readFile } from 'node:fs/promises';
import { runningAddresses } from './addresses.js';
import { loadCalendars, parseCalendars } from './calendar/load-calendars.js';
import { command } from './command.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { issueToken } from './issuer/issuer.js';
import { dataDirOf } from './settings.js';

await command(async () => {
  const [verb, file, ...more] = process.argv.slice(2);
  if (verb !== 'load' || file === undefined || more.length > 0) throw new StartupProblem('Usage: npm run calendar -- load FILE');
  const text = await readFile(file, 'utf8').catch((error: Error) => { throw new StartupProblem(`${file} can not be read: ${error.message}`); });
  const rows = parseCalendars(text, file);
  const gatewayUrl = process.env.LIANBAN_URL || runningAddresses().gatewayUrl;
  await loadCalendars(rows, { gatewayUrl, token: () => issueToken(dataDirOf(process.env), 'admin') }, (line) => process.stdout.write(`${line}\n`));
});
