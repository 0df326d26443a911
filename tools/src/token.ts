/** `npm run --silent token -- PERSONA [--as NAME] [--import]`: prints a development token and nothing else. */
import { parseArgs } from 'node:util';
import { command } from './command.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { issueToken } from './issuer/issuer.js';
import { personas } from './issuer/personas.js';
import { dataDirOf } from './settings.js';

const usage = `Usage: npm run --silent token -- PERSONA [--as NAME] [--import]. Personas: ${personas.map(({ name }) => name).join(', ')}`;

const readWords = () => {
  try {
    return parseArgs({ allowPositionals: true, options: { as: { type: 'string' }, import: { type: 'boolean' } } });
  } catch {
    throw new StartupProblem(usage);
  }
};

await command(async () => {
  const { values, positionals: [persona, ...more] } = readWords();
  if (!persona || more.length > 0) throw new StartupProblem(usage);
  process.stdout.write(`${await issueToken(dataDirOf(process.env), persona, values)}\n`);
});
