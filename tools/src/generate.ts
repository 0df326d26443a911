/** `npm run generate` writes `docs/generated`, and the digests of new event versions; with `--check` it writes nothing and fails when something is stale. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { catalogue } from '@lianban/contracts';
import { driftOf, generatedFiles, writeAll } from './generate/generated-files.js';
import { withNewVersions, type Digests } from './generate/released-schemas.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = `${root}docs/generated`;
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { version: string };
const files = await generatedFiles(version);
const releasedFile = `${root}libs/contracts/released-schemas.json`;
const released = withNewVersions(JSON.parse(await readFile(releasedFile, 'utf8')) as Digests, catalogue);

if (process.argv.includes('--check')) {
  const drift = await driftOf(folder, files);
  for (const line of drift) console.error(`docs/generated/${line}`);
  console.log(drift.length ? 'Run `npm run generate` and commit the result.' : `docs/generated: ${files.length} files are fresh`);
  process.exitCode = drift.length ? 1 : 0;
} else {
  await writeAll(folder, files);
  await writeFile(releasedFile, `${JSON.stringify(released, null, 2)}\n`);
  console.log(`docs/generated: ${files.length} files written`);
}
