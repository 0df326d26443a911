import { readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { asyncApiFile } from './asyncapi.js';
import { type GeneratedFile, staleIn, write } from './generated-file.js';
import { jsonSchemaFiles } from './json-schemas.js';
import { metricsFile } from './metrics.js';
import { openApiFile } from './openapi.js';

/** Everything under `docs/generated`. */
export const generatedFiles = async (version: string): Promise<GeneratedFile[]> => [
  asyncApiFile(version), await openApiFile(version), ...jsonSchemaFiles(), metricsFile(),
];

const filesUnder = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
};

/** What is wrong in `folder`: one line a file that is missing, stale or nobody's. Empty when all is fresh. */
export const driftOf = async (folder: string, files: readonly GeneratedFile[]): Promise<string[]> => {
  const known = new Set(files.map(({ path }) => path));
  const strays = (await filesUnder(folder)).filter((path) => !known.has(path)).map((path) => `${path}: nothing generates it`);
  return [...await staleIn(folder, files), ...strays];
};

export const writeAll = async (folder: string, files: readonly GeneratedFile[]): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await write(folder, files);
};
