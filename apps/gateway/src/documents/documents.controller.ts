import { readFileSync } from 'node:fs';
import { Public } from '@lianban/service-kit';
import { Controller, Get, Header } from '@nestjs/common';
import { readAsyncApi, readOpenApi } from './generated.js';

const landingPage = readFileSync(new URL('../../pages/index.html', import.meta.url), 'utf8');

@Public()
@Controller()
export class DocumentsController {
  private readonly openApi = readOpenApi();
  private readonly asyncApi = readAsyncApi();

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
}
