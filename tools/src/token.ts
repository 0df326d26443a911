/** `npm run --silent token -- PERSONA [--import]`: prints a development token and nothing else. */
import { command } from './command.js';
import { StartupProblem } from './infrastructure/startup-problem.js';
import { issueToken } from './issuer/issuer.js';
import { personas } from './issuer/personas.js';
import { dataDirOf } from './settings.js';

await command(async () => {
  const words = process.argv.slice(2);
  const unknown = words.filter((word) => word.startsWith('-') && word !== '--import');
  const [persona, ...more] = words.filter((word) => !word.startsWith('-'));
  if (!persona || more.length > 0 || unknown.length > 0) {
    throw new StartupProblem(`Usage: npm run --silent token -- PERSONA [--import]. Personas: ${personas.map(({ name }) => name).join(', ')}`);
  }
  process.stdout.write(`${await issueToken(dataDirOf(process.env), persona, { import: words.includes('--import') })}\n`);
});
