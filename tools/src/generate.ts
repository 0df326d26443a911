/**
 * `npm run generate` writes what follows from the code: source files, `docs/generated`, the digests of new event versions, and the parts about the services in files
 * that people write. With `--check` it writes nothing and fails when something is stale.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { checkout } from './checkout.js';
import { type GeneratedFile, jsonFile, staleIn, write } from './generate/generated-file.js';
import { sourceFiles } from './generate/source-files.js';

const docs = `${checkout}/docs/generated`;
const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(`${checkout}/${path}`, 'utf8')) as T;

/** What this imports loads every service, so the source files must be there and built. */
const readCode = async (): Promise<{ files: readonly GeneratedFile[]; drift: string[]; writeDocs: () => Promise<void> }> => {
  const { catalogue } = await import('@lianban/contracts');
  const { accessFile } = await import('./generate/access.js');
  const { filesWithServiceParts } = await import('./generate/service-parts.js');
  const { driftOf, generatedFiles, writeAll } = await import('./generate/generated-files.js');
  const { withNewVersions } = await import('./generate/released-schemas.js');
  const released = 'libs/contracts/released-schemas.json';
  const files = [...await filesWithServiceParts(checkout), await accessFile(), jsonFile(released, withNewVersions(await json(released), catalogue))];
  const made = await generatedFiles((await json<{ version: string }>('package.json')).version);
  return { files, drift: (await driftOf(docs, made)).map((line) => `docs/generated/${line}`), writeDocs: () => writeAll(docs, made) };
};

const run = (...words: string[]): boolean => spawnSync('npm', words, { cwd: checkout, stdio: 'inherit' }).status === 0;

const sources = await sourceFiles(checkout);
const staleSources = await staleIn(checkout, sources);
if (process.argv.includes('--check')) {
  const stale = staleSources.length > 0 ? staleSources : await readCode().then(async ({ files, drift }) => [...await staleIn(checkout, files), ...drift]);
  for (const line of stale) console.error(line);
  console.log(stale.length > 0 ? 'Run `npm run generate` and commit the result.' : 'What is generated is fresh.');
  process.exitCode = stale.length > 0 ? 1 : 0;
} else if (staleSources.length > 0) {
  // Written, made known to npm where a service is new, and built; then all the rest, in a process that loads them.
  await write(checkout, sources);
  for (const line of staleSources) console.log(line.replace(/: \w+$/, ': written'));
  const isNew = staleSources.some((line) => line.includes('package.json'));
  process.exitCode = (!isNew || run('install')) && run('run', 'generate') ? 0 : 1;
} else {
  const { files, drift, writeDocs } = await readCode();
  const stale = [...await staleIn(checkout, files), ...drift];
  await write(checkout, files);
  await writeDocs();
  console.log(stale.length > 0 ? stale.map((line) => line.replace(/: \w+$/, ': written')).join('\n') : 'Everything was fresh.');
}
