import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { openApiFile } from '../../tools/src/generate/openapi.js';

const root = new URL('../..', import.meta.url).pathname;
const document = (await openApiFile('0.0.0')).text;

/** What generators of clients stumble over. */
const rules = {
  'struct': 'error', 'no-unresolved-refs': 'error', 'operation-operationId-unique': 'error', 'operation-operationId-url-safe': 'error', 'operation-parameters-unique': 'error',
  'path-declaration-must-exist': 'error', 'path-not-include-query': 'error', 'path-parameters-defined': 'error', 'no-identical-paths': 'error', 'no-ambiguous-paths': 'error',
  'no-enum-type-mismatch': 'error', 'no-schema-type-mismatch': 'error', 'no-required-schema-properties-undefined': 'error', 'security-defined': 'error', 'no-undefined-server-variable': 'error',
  'no-invalid-media-type-examples': 'error', 'no-invalid-schema-examples': 'error', 'no-invalid-parameter-examples': 'error', 'operation-2xx-response': 'error', 'operation-4xx-response': 'error',
} as const;

const lint = async (source: string) => {
  const found = await lintFromString({ source, absoluteRef: 'openapi.json', config: await createConfig({ rules }) });
  return found.map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} (${place?.pointer})`);
};

describe('the OpenAPI document', () => {
  it('has nothing that the linter objects to', async () => {
    expect(await lint(document)).toEqual([]);
  }, 60_000);

  it.each([
    ['an operation id twice', (doc: string) => doc.replaceAll('"Refuse_refuse"', '"Accept_accept"'), 'operation-operationId-unique'],
    ['a type that is none', (doc: string) => doc.replace('"type": "integer"', '"type": "whole number"'), 'struct'],
    ['a schema that is not there', (doc: string) => doc.replace('#/components/schemas/AcceptBody', '#/components/schemas/Nothing'), 'no-unresolved-refs'],
  ])('the linter sees %s', async (_name, breakIt, rule) => {
    expect((await lint(breakIt(document))).some((line) => line.startsWith(rule))).toBe(true);
  }, 60_000);

  it('becomes a TypeScript client that compiles, and refuses what the document refuses', async () => {
    const folder = mkdtempSync(join(root, 'tests', '.client-'));
    try {
      writeFileSync(join(folder, 'api.d.ts'), astToString(await openapiTypescript(document)));
      const program = (name: string, body: string) => {
        writeFileSync(join(folder, name), `import createClient from 'openapi-fetch';\nimport type { paths } from './api.js';\nconst client = createClient<paths>({ baseUrl: 'http://127.0.0.1' });\n${body}\nexport {};\n`);
        const compiled = ts.createProgram([join(folder, name)], {
          strict: true, noEmit: true, exactOptionalPropertyTypes: false, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
        });
        return ts.getPreEmitDiagnostics(compiled).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
      };
      const body = "{ title: 'Lamp', description: 'Dark', channel: 'grid', territory: 'riverside-grid-01', requester: { kind: 'resident' } }";
      expect(program('right.ts', [
        `const { data, error } = await client.POST('/api/v1/cases', { body: ${body} });`,
        'const caseId: string | undefined = data?.caseId; const field: string | undefined = error?.errors[0]?.field;',
        "const parked = await client.GET('/api/v1/operations/sla/parked-events', {}); const why: string | null | undefined = parked.data?.items[0]?.error;",
        'void [caseId, field, why];',
      ].join('\n'))).toEqual([]);
      expect(program('wrong.ts', `await client.POST('/api/v1/cases', { body: ${body.replace("'grid'", "'fax'")} });`)).toEqual([expect.stringContaining('"fax"')]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
