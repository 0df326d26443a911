import { readFileSync } from 'node:fs';
import { DomainError } from '@lianban/contracts';
import { Public } from '@lianban/service-kit';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { readAsyncApi, readEventSchemas, readOpenApi } from './generated.js';

const landingPage = readFileSync(new URL('../../pages/index.html', import.meta.url), 'utf8');

@Public()
@Controller()
export class DocumentsController {
  private readonly openApi = readOpenApi();
  private readonly asyncApi = readAsyncApi();
  private readonly schemas = readEventSchemas();

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  landing(): string {
    return landingPage;
  }

  @Get('api/openapi.json')
  openapi(): object {
    return this.openApi;
  }

  @Get('api/asyncapi.json')
  asyncapi(): object {
    return this.asyncApi;
  }

  @Get('api/schemas/:file')
  @Header('content-type', 'application/schema+json; charset=utf-8')
  schema(@Param('file') file: string): object {
    const schema = this.schemas.get(file);
    if (!schema) throw new DomainError('not-found', 'There is no such schema; the AsyncAPI document names them all');
    return schema;
  }
}
