/** `npm run train -- routing --file FILE | --samples [--out FILE]`: trains the model that proposals come from. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from '../command.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { samples } from '../samples/samples.js';
import { examplesOfFile, examplesOfSamples } from './examples.js';
import { shippedModelFile } from './shipped-district.js';
import { trainRouting } from './train-routing.js';

const usage = 'Usage: npm run train -- routing (--file FILE | --samples) [--out FILE]. A line of FILE: {"title", "text", "department"}, or with "reply" in place of "department".';

const options = () => {
  try {
    return parseArgs({ allowPositionals: true, options: { file: { type: 'string' }, samples: { type: 'boolean' }, out: { type: 'string' } } });
  } catch (error) {
    throw new StartupProblem(`${(error as Error).message.split('\n')[0]}. ${usage}`);
  }
};

/** npm runs scripts in the folder of the package; a file is meant from where the person stands. */
const fromHere = (named: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), named);

const readExamples = async (named: string, say: (line: string) => void) => {
  const text = await readFile(fromHere(named), 'utf8').catch((error: Error) => { throw new StartupProblem(`${named} can not be read: ${error.message}`); });
  const { examples, unlabelled, bad } = examplesOfFile(text);
  for (const { line, reason } of bad) say(`line ${line} skipped: ${reason}`);
  if (unlabelled > 0) say(`${unlabelled} lines passed over: their reply does not name one department that acted`);
  return examples;
};

await command(async (say) => {
  const { values: { file, samples: fromSamples, out }, positionals } = options();
  if (positionals.join(' ') !== 'routing' || (file === undefined) === !fromSamples) throw new StartupProblem(usage);
  const examples = file === undefined ? examplesOfSamples(samples) : await readExamples(file, say);
  const model = trainRouting(examples, say);
  const target = out === undefined ? shippedModelFile : fromHere(out);
  await writeFile(target, `${JSON.stringify(model)}\n`);
  say(`written to ${target}`);
});
