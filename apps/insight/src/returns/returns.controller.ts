import { workOrderStatuses } from '@lianban/contracts';
import type { Tx } from '@lianban/projections';
import { byTime, CodeField, DirectoryCopy, EnumField, IntField, PageOf, PageQuery, readPage } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { answerList, AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { type ReturnGrouping, chainsSql, returnGroupings, returnsSql } from './returns-sql.js';

export class ReturnsQuery extends PeriodQuery {
  @EnumField(returnGroupings, { description: '`pair` (who returned, who had it next) when absent', optional: true }) groupBy?: ReturnGrouping;
}

export class ReturnsItem {
  @ApiPropertyOptional({ type: String, description: 'Who returned; absent when grouped by category' }) department?: string;
  @ApiPropertyOptional({ type: String, description: 'Who led next; absent while nobody has, and in other groupings' }) next?: string;
  @ApiPropertyOptional({ type: String, description: 'Category of the cases, when grouped by it' }) category?: string;
  @ApiProperty({ type: 'integer', description: 'Returns by leads' }) returns!: number;
  @ApiProperty({ type: 'integer', description: 'How often leads handed the case on by agreement (协商移交)' }) transfers!: number;
  @ApiProperty({ type: 'integer', description: 'Cases they are of' }) cases!: number;
  @ApiProperty({ type: 'integer', description: 'Elapsed minutes from issue to return or transfer, the median' }) medianHeldMinutes!: number;
  @ApiProperty({ type: 'integer', description: 'The longest of them' }) longestHeldMinutes!: number;
}

export class Returns {
  @ApiProperty({ type: [ReturnsItem] }) items!: ReturnsItem[];
}

export class ChainsQuery extends PageQuery {
  @IntField({ description: 'Cases that leads have returned so often or more; 2 when absent', min: 1, max: 100, optional: true, query: true }) minReturns?: number;
  @CodeField({ description: 'Code of a department in the chain', optional: true }) department?: string;
}

export class ChainLink {
  @ApiProperty({ description: 'The lead' }) department!: string;
  @ApiProperty({ type: String, format: 'date-time' }) issuedAt!: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' }) returnedAt?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When it was handed on by agreement' }) transferredAt?: string;
  @ApiProperty({ enum: workOrderStatuses }) status!: string;
  @ApiProperty({ type: 'integer', description: 'Elapsed minutes it sat on the case: to the return, the answer or the end, else until now' }) heldMinutes!: number;
  @ApiPropertyOptional({ type: String, description: 'Whose the case is in its view' }) suggestedDepartment?: string;
}

export class ChainItem {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiPropertyOptional({ type: String }) caseNo?: string;
  @ApiPropertyOptional({ type: String }) title?: string;
  @ApiPropertyOptional({ type: String }) category?: string;
  @ApiPropertyOptional({ type: String }) territory?: string;
  @ApiProperty({ type: 'integer' }) returns!: number;
  @ApiProperty({ type: String, format: 'date-time' }) lastReturnedAt!: Date;
  @ApiProperty({ type: [ChainLink], description: 'Its leads, the first first' }) links!: ChainLink[];
}

export class ChainPage extends PageOf(ChainItem) {}

const figures = ['returns', 'transfers', 'cases', 'medianHeldMinutes', 'longestHeldMinutes'];
const columns = { pair: ['department', 'next', ...figures], department: ['department', ...figures], category: ['category', ...figures] };
const chainColumns = ['caseId', 'caseNo', 'title', 'category', 'territory', 'returns', 'lastReturnedAt', 'links'];

@ApiTags('insight')
@ApiExtraModels(Returns, ChainPage)
@Controller('api/v1/insight/returns')
export class ReturnsController {
  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who passes the buck: returns by leads, and transfers by agreement, the most first', description: '`from` and `to` choose cases by their registration. Returns by assistants do not count.' })
  @ApiOkResponse({ description: 'Returns', content: { 'application/json': { schema: { $ref: getSchemaPath(Returns) } }, 'text/csv': { schema: { type: 'string' } } } })
  async returns(@Query() query: ReturnsQuery, @AskedFormat() format: ListFormat): Promise<Returns | StreamableFile> {
    const { from, to } = boundsOf(query);
    const groupBy = query.groupBy ?? 'pair';
    const { rows } = await this.reader.query<{ [Field in keyof ReturnsItem]: ReturnsItem[Field] | null }>(returnsSql(groupBy), [from, to]);
    const items = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as ReturnsItem);
    return format === 'json' ? { items } : csvFile('returns', columns[groupBy], items);
  }

  @Get('chains')
  @ApiOperation({ summary: 'Cases that were passed on, with how long each lead sat on them; the newest return first', description: 'As JSON in pages; with `Accept: text/csv` all of them, or as many as `limit` says.' })
  @ApiOkResponse({ description: 'Chains', content: { 'application/json': { schema: { $ref: getSchemaPath(ChainPage) } }, 'text/csv': { schema: { type: 'string' } } } })
  async chains(@Query() query: ChainsQuery, @AskedFormat() format: ListFormat): Promise<ChainPage | StreamableFile> {
    if (query.department !== undefined) await this.directory.require('department', query.department, 'department');
    return answerList('return-chains', chainColumns, format, query, (asked) => readPage(asked, byTime((row: ChainItem) => [row.lastReturnedAt, row.caseId]), async (after, limit) =>
      (await this.reader.query<ChainItem>(chainsSql, [query.minReturns ?? 2, query.department ?? null, ...(after ?? [null, null]), limit])).rows, (row) => row));
  }
}
