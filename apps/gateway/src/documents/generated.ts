import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';

const folder = new URL('../../../../docs/generated/', import.meta.url);

/** The committed documents; `npm run generate` makes them and a check keeps them fresh. */
export const readOpenApi = (): OpenAPIObject => JSON.parse(readFileSync(new URL('openapi.json', folder), 'utf8')) as OpenAPIObject;
export const readAsyncApi = (): object => JSON.parse(readFileSync(new URL('asyncapi.json', folder), 'utf8')) as object;
