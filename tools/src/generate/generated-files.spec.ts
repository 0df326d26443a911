import { describe, expect, it } from '@jest/globals';
import { catalogue } from '@lianban/contracts';
import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asyncApi } from './asyncapi.js';
import { headersSchema } from './asyncapi-headers.js';
import { accessFile } from './access.js';
import { staleIn } from './generated-file.js';
import { driftOf, generatedFiles } from './generated-files.js';
import { payloadSchema } from './json-schemas.js';
import { filesWithServiceParts } from './service-parts.js';
import { sourceFiles } from './source-files.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Severity of a diagnostic that makes a document invalid. */
const error = 0;

const validator = () => addFormats.default(new Ajv({ strict: false, allErrors: true }));

describe('what follows from the registry', () => {
  it('is fresh: run `npm run generate` when this fails', async () => {
    expect(await staleIn(root, [...await sourceFiles(root), ...await filesWithServiceParts(root)])).toEqual([]);
  });
});

describe('docs/access.md', () => {
  it('is fresh: run `npm run generate` when this fails', async () => {
    expect(await staleIn(root, [await accessFile()])).toEqual([]);
    // Loads every service.
  }, 60_000);
});

describe('docs/generated', () => {
  it('is fresh: run `npm run generate` when this fails', async () => {
    const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { version: string };
    expect(await driftOf(`${root}docs/generated`, await generatedFiles(version))).toEqual([]);
    // Loads every service.
  }, 60_000);

  it.each(catalogue.map((definition) => [definition.type, definition] as const))('%s: its example passes its JSON Schema', (_, definition) => {
    const validate = validator().compile(payloadSchema(definition));
    expect(validate(definition.example) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...(definition.example as object), surplus: 1 })).toBe(false);
  });
});

describe('the AsyncAPI document', () => {
  it('is valid for the AsyncAPI parser, with every event once', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi('0.1.0')));
    expect(diagnostics.filter(({ severity }) => Number(severity) === error).map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
    expect(document?.components().messages().all().map((message) => message.id()).sort()).toEqual(catalogue.map(({ type }) => type).sort());
    expect(document?.channels().all().flatMap((channel) => channel.messages().all()).length).toBe(catalogue.length);
  }, 60_000);

  it('has headers in its examples that pass its headers schema', () => {
    const validate = validator().compile(headersSchema);
    for (const message of Object.values(asyncApi('0.1.0').components.messages)) {
      expect(validate(message.examples[0]?.headers) ? [] : validate.errors).toEqual([]);
    }
  });
});
