import { readdirSync, readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';

const folder = new URL('../../../../docs/generated/', import.meta.url);

/** The committed documents; `npm run generate` makes them and a check keeps them fresh. */
export const readOpenApi = (): OpenAPIObject => JSON.parse(readFileSync(new URL('openapi.json', folder), 'utf8')) as OpenAPIObject;
export const readAsyncApi = (): object => JSON.parse(readFileSync(new URL('asyncapi.json', folder), 'utf8')) as object;

/** JSON Schemas of the events by file name, `<type>.json`. */
export const readEventSchemas = (): ReadonlyMap<string, object> => new Map(
  readdirSync(new URL('schemas/', folder)).map((file) => [file, JSON.parse(readFileSync(new URL(`schemas/${file}`, folder), 'utf8')) as object]),
);
