import { clockKinds, levels } from '@lianban/contracts';
import type { Tx } from '@lianban/projections';
import { byTime, CodeField, DirectoryCopy, EnumField, PageOf, PageQuery, readPage } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { caseStatuses } from '../domain/case-status.js';
import { READER } from '../reader.js';
import { answerList, AskedFormat, type ListFormat } from '../views/list-format.js';
import { withDescendants } from '../views/territory-tree.js';

export const owners = ['intake', 'department', 'call-back'] as const;

export class OverdueQuery extends PageQuery {
  @CodeField({ description: 'Code of the department that is late', optional: true }) department?: string;
  @CodeField({ description: 'Code of a territory; what lies in it is included', optional: true }) territory?: string;
  @EnumField(clockKinds, { description: 'Kind of clock', optional: true }) kind?: string;
}

export class OverdueItem {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiPropertyOptional({ type: String }) caseNo?: string;
  @ApiPropertyOptional({ type: String }) title?: string;
  @ApiProperty({ enum: caseStatuses }) status!: string;
  @ApiPropertyOptional({ enum: levels }) level?: string;
  @ApiPropertyOptional({ type: String }) territory?: string;
  @ApiProperty({ format: 'uuid' }) clockId!: string;
  @ApiProperty({ enum: clockKinds, description: 'What is late' }) kind!: string;
  @ApiProperty({ enum: owners, description: 'Whose it is: the intake desk for a first contact, the call-back agents for a call-back, else a department' }) owner!: string;
  @ApiPropertyOptional({ type: String, description: 'The department, where it is one\'s' }) department?: string;
  @ApiPropertyOptional({ type: String, format: 'uuid' }) workOrderId?: string;
  @ApiProperty({ type: String, format: 'date-time' }) dueAt!: Date;
  @ApiProperty({ type: 'integer', description: 'Elapsed minutes since it was due' }) lateMinutes!: number;
}

export class OverduePage extends PageOf(OverdueItem) {}

/**
 * $1 department, $2 territories, $3 kind of clock, $4 and $5 the last row seen, $6 how many.
 * OFFSET 0 keeps it a walk along the overdue clocks, a department's own where one is asked for, with a look at each one's case. As a plain join, Postgres takes
 * "open" and "overdue" for independent, expects almost nothing, and reads every case there is (measured: 18 ms for the first page at 100,000 cases, growing with them).
 */
export const overdueSql = `
  SELECT k.case_id AS "caseId", k.case_no AS "caseNo", k.title, k.status, k.level, k.territory, c.clock_id AS "clockId", c.kind,
         CASE c.kind WHEN 'contact' THEN 'intake' WHEN 'call-back' THEN 'call-back' ELSE 'department' END AS owner,
         c.owed_by AS department, c.work_order_id AS "workOrderId", c.due_at AS "dueAt",
         floor(extract(epoch FROM now() - c.due_at) / 60)::int AS "lateMinutes"
    FROM clocks c CROSS JOIN LATERAL (SELECT * FROM cases WHERE cases.case_id = c.case_id AND next_due_at IS NOT NULL OFFSET 0) k
   WHERE c.stopped_at IS NULL AND c.cancelled_at IS NULL AND c.due_at < now() AND c.kind <> 'return-window'
     AND ($1::text IS NULL OR c.owed_by = $1) AND ($2::text[] IS NULL OR k.territory = ANY($2)) AND ($3::text IS NULL OR c.kind = $3)
     AND ($4::timestamptz IS NULL OR (c.due_at, c.clock_id) > ($4, $5::uuid))
   ORDER BY c.due_at, c.clock_id LIMIT $6`;

const columns = ['caseId', 'caseNo', 'title', 'status', 'level', 'territory', 'clockId', 'kind', 'owner', 'department', 'workOrderId', 'dueAt', 'lateMinutes'];

@ApiTags('insight')
@ApiExtraModels(OverduePage)
@Controller('api/v1/insight/overdue')
export class OverdueController {
  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What is late and whose, longest overdue first', description: 'One item for each open clock past its due time. As JSON in pages; with `Accept: text/csv` all of them, or as many as `limit` says.' })
  @ApiOkResponse({ description: 'Overdue clocks', content: { 'application/json': { schema: { $ref: getSchemaPath(OverduePage) } }, 'text/csv': { schema: { type: 'string' } } } })
  async overdue(@Query() query: OverdueQuery, @AskedFormat() format: ListFormat): Promise<OverduePage | StreamableFile> {
    const territories = query.territory === undefined ? null : withDescendants(query.territory, await this.directory.territories());
    return answerList('overdue', columns, format, query, (asked) => readPage(asked, byTime((row: OverdueItem) => [row.dueAt, row.clockId]), async (after, limit) =>
      (await this.reader.query<OverdueItem>(overdueSql, [query.department ?? null, territories, query.kind ?? null, ...(after ?? [null, null]), limit])).rows, (row) => row));
  }
}
