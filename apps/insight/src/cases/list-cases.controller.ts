import { Caller, departmentInReach, DirectoryCopy, defaultLimit } from '@lianban/service-kit';
import type { Tx } from '@lianban/projections';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { CaseSummary } from '../views/case-summary.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { columnsOf, present } from '../views/shown.js';
import { withDescendants } from '../views/territory-tree.js';
import { CasesQuery } from './cases-query.js';
import { type CaseRows, readPage } from './cases-sql.js';

export class CasePage {
  @ApiProperty({ type: [CaseSummary] }) items!: CaseSummary[];
  @ApiPropertyOptional({ type: String, description: 'Give it as `cursor` for the next page; absent on the last' }) nextCursor?: string;
}

/** Rows fetched at once while a CSV file streams. */
const csvPage = 500;

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
    if (format === 'json') {
      const { rows, nextCursor } = await this.page(reach, query, query.limit ?? defaultLimit);
      return { items: rows.map(present), nextCursor };
    }
    // The first page before the answer begins, so that a wrong query is an error and not an empty file.
    const first = await this.page(reach, query, Math.min(query.limit ?? csvPage, csvPage));
    return csvFile('cases', columnsOf(CaseSummary).map(({ property }) => property), query.limit === undefined ? this.rowsFrom(reach, query, first) : first.rows);
  }

  private async *rowsFrom(reach: string | null, query: CasesQuery, first: CaseRows): AsyncGenerator<CaseSummary> {
    let page = first;
    yield* page.rows;
    while (page.nextCursor !== undefined) {
      page = await this.page(reach, { ...query, cursor: page.nextCursor }, csvPage);
      yield* page.rows;
    }
  }

  private async page(reach: string | null, query: CasesQuery, limit: number): Promise<CaseRows> {
    const territories = query.territory === undefined ? undefined : withDescendants(query.territory, await this.directory.territories());
    return readPage(this.sql, query, territories, limit, reach);
  }
}
