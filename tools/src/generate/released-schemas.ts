import { createHash } from 'node:crypto';
import type { EventDefinition } from '@lianban/contracts';
import { payloadSchema } from './json-schemas.js';

/** SHA-256 of each released event version's schema, by type. */
export type Digests = Readonly<Record<string, string>>;

/** Words may get better after a release; what a payload may hold may not. */
const words = new Set(['$comment', 'title', 'description', 'examples']);
const withoutWords = (schema: unknown, inProperties = false): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => withoutWords(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  // Below `properties` the keys are names of fields, which may be called `description` or `title`.
  return Object.fromEntries(Object.entries(schema).filter(([key]) => inProperties || !words.has(key)).map(([key, value]) => [key, withoutWords(value, key === 'properties' && !inProperties)]));
};

export const digestOf = (definition: EventDefinition): string =>
  createHash('sha256').update(JSON.stringify(withoutWords(payloadSchema(definition)))).digest('hex');

/**
 * The digests with those of new versions added.
 * @throws Error when the schema of a released version has changed, or the version is gone: consumers have events of it for ever
 */
export const withNewVersions = (released: Digests, definitions: readonly EventDefinition[]): Digests => {
  const now = new Map(definitions.map((definition) => [definition.type, digestOf(definition)]));
  const changed = Object.entries(released).filter(([type, digest]) => now.get(type) !== digest).map(([type]) => type);
  if (changed.length > 0) {
    throw new Error(`Released event schemas never change: ${changed.join(', ')}. Make a new version (a file ….v2.ts, and \`upcast\` in the old one). If it was never released, take its line out of libs/contracts/released-schemas.json.`);
  }
  return Object.fromEntries([...now].sort(([a], [b]) => (a < b ? -1 : 1)));
};
