import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressVariable, serviceNames } from '@lianban/contracts';
import { passwordVariables } from '../../tools/src/secrets.js';

export const root = new URL('../../', import.meta.url).pathname;

/** Variables of the machine, or of one of our processes to another; nobody sets them for Lianban. */
const notSettings = new Set(['PATH', 'LC_ALL', 'INIT_CWD', 'LIANBAN_TEST_HOST', 'JEST_WORKER_ID', 'LIANBAN_TEST_LONG']);

/** What testcontainers reads. */
const ofLibraries = ['DOCKER_HOST'];

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', 'test-support'].includes(entry.name) ? [] : sources(path);
    return /\.(ts|mjs)$/.test(entry.name) && !entry.name.endsWith('.spec.ts') ? [path] : [];
  });

/** The three ways our code names a variable: `env.NAME`, a key of a settings schema, and a quoted name of our own. */
const patterns = [/\benv\.([A-Z][A-Z0-9_]+)\b/g, /^\s*([A-Z][A-Z0-9_]+): (?:z\.|secret\(|databaseAddress\(|timerQuietSeconds)/gm, /'(LIANBAN_[A-Z0-9_]+)'/g];

/** Environment variables that the files of a folder name. */
export const settingsNamedIn = (folder: string): string[] => sources(join(root, folder)).flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name)).filter((name) => !notSettings.has(name));
});

/** Every environment variable the product and its tools read, by libraries too. Two kinds are made from the names of the services. */
export const settingsInCode = (): ReadonlySet<string> =>
  new Set([...['apps', 'libs', 'tools'].flatMap(settingsNamedIn), ...serviceNames.map(addressVariable), ...Object.values(passwordVariables), ...ofLibraries]);
