import { readFileSync } from 'node:fs';
import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { readAsyncApi, readEventSchemas, readOpenApi } from './generated.js';

const landingPage = readFileSync(new URL('../../pages/index.html', import.meta.url), 'utf8');

@Controller()
export class DocumentsController {
  // Kept as bytes, made once, so that half a megabyte is not serialised again for each caller.
  private readonly openApi = Buffer.from(JSON.stringify(readOpenApi()));
  private readonly asyncApi = Buffer.from(JSON.stringify(readAsyncApi()));
  private readonly schemas = readEventSchemas();

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  landing(): string {
    return landingPage;
  }

  @Get('api/openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  openapi(): Buffer {
    return this.openApi;
  }

  @Get('api/asyncapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  asyncapi(): Buffer {
    return this.asyncApi;
  }

  @Get('api/schemas/:file')
  @Header('content-type', 'application/schema+json; charset=utf-8')
  schema(@Param('file') file: string): object {
    const schema = this.schemas.get(file);
    if (!schema) throw new DomainError('not-found', say('no-such-schema'));
    return schema;
  }
}
