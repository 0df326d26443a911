import { Caller, departmentInReach, DirectoryCopy, PageOf } from '@lianban/service-kit';
import type { Tx } from '@lianban/projections';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { CaseSummary } from '../views/case-summary.js';
import { answerList, AskedFormat, type ListFormat } from '../views/list-format.js';
import { columnsOf } from '../views/shown.js';
import { withDescendants } from '../views/territory-tree.js';
import { CasesQuery } from './cases-query.js';
import { readCases } from './cases-sql.js';

export class CasePage extends PageOf(CaseSummary) {}

@ApiTags('insight')
@ApiExtraModels(CasePage)
@Controller('api/v1/insight/cases')
export class ListCasesController {
  constructor(
    @Inject(READER) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Cases, newest first', description: 'As JSON in pages; with `Accept: text/csv` all of them, or as many as `limit` says. Operators and heads are shown the cases in which their department has or had a work order. In the orders `dueAt` and `-lastRecordedAt` cases move meanwhile: one that does may come twice, never not at all.' })
  @ApiOkResponse({ description: 'Cases', content: { 'application/json': { schema: { $ref: getSchemaPath(CasePage) } }, 'text/csv': { schema: { type: 'string' } } } })
  async list(@Query() query: CasesQuery, @AskedFormat() format: ListFormat, @Caller() caller: Caller): Promise<CasePage | StreamableFile> {
    const reach = departmentInReach(caller);
    const territories = query.territory === undefined ? undefined : withDescendants(query.territory, await this.directory.territories());
    return answerList('cases', columnsOf(CaseSummary).map(({ property }) => property), format, query, (asked) => readCases(this.sql, asked, territories, reach));
  }
}
