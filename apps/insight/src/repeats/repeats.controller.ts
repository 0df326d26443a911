import type { Tx } from '@lianban/projections';
import { EnumField } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';

const groups = { requester: 'repeats_requester', territory: 'territory', department: 'responsible_department', category: 'category' } as const;
type Grouping = keyof typeof groups;

export class RepeatsQuery extends PeriodQuery {
  @EnumField(Object.keys(groups), { description: '`requester` when absent', optional: true }) groupBy?: Grouping;
}

export class RepeatsItem {
  @ApiPropertyOptional({ type: String, description: 'Keyed id of a requester, or a code; absent for repeats without one' }) key?: string;
  @ApiProperty({ type: 'integer', description: 'Demands that repeat a closed case' }) repeats!: number;
  @ApiProperty({ type: 'integer', description: 'Of them of the same requester as the closed case' }) bySameRequester!: number;
  @ApiProperty({ type: 'integer', description: 'Closed cases that they repeat' }) repeatedCases!: number;
  @ApiProperty({ type: String, format: 'date-time' }) lastAt!: Date;
  @ApiProperty({ type: [String], format: 'uuid', description: 'The newest of these demands, 50 at most' }) caseIds!: string[];
}

export class Repeats {
  @ApiProperty({ type: [RepeatsItem] }) items!: RepeatsItem[];
}

export const repeatsSql = (groupBy: Grouping): string => `
  SELECT ${groups[groupBy]} AS key, count(*)::int AS repeats, count(*) FILTER (WHERE repeats_same_requester)::int AS "bySameRequester",
         count(DISTINCT repeats_case_id)::int AS "repeatedCases", max(registered_at) AS "lastAt",
         (array_agg(case_id::text ORDER BY registered_at DESC, case_id))[1:50] AS "caseIds"
    FROM cases
   WHERE repeats_case_id IS NOT NULL AND ($1::timestamptz IS NULL OR registered_at >= $1) AND ($2::timestamptz IS NULL OR registered_at < $2)
   GROUP BY 1 ORDER BY repeats DESC, key LIMIT 500`;

@ApiTags('insight')
@ApiExtraModels(Repeats)
@Controller('api/v1/insight/repeats')
export class RepeatsController {
  constructor(@Inject(READER) private readonly reader: Tx) {}

  @Get()
  @ApiOperation({
    summary: 'Who and where asks again for what was closed (重复诉求), the most first',
    description: 'By requester (a keyed id, never a name), territory, department or category. `from` and `to` choose demands by their registration. The 500 with the most.',
  })
  @ApiOkResponse({ description: 'Repeats', content: { 'application/json': { schema: { $ref: getSchemaPath(Repeats) } }, 'text/csv': { schema: { type: 'string' } } } })
  async repeats(@Query() query: RepeatsQuery, @AskedFormat() format: ListFormat): Promise<Repeats | StreamableFile> {
    const { from, to } = boundsOf(query);
    const { rows } = await this.reader.query<Omit<RepeatsItem, 'key'> & { key: string | null }>(repeatsSql(query.groupBy ?? 'requester'), [from, to]);
    const items = rows.map(({ key, ...row }) => ({ ...row, key: key ?? undefined }));
    return format === 'json' ? { items } : csvFile('repeats', ['key', 'repeats', 'bySameRequester', 'repeatedCases', 'lastAt', 'caseIds'], items);
  }
}
