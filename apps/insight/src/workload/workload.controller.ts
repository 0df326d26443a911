import { openOrderStatuses } from '@lianban/contracts';
import type { Tx } from '@lianban/projections';
import { DirectoryCopy } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { BilingualName } from '../views/rate-fields.js';

const count = (description: string): PropertyDecorator => ApiProperty({ type: 'integer', minimum: 0, description });

export class WorkloadItem {
  @ApiProperty({ description: 'Code of the department' }) department!: string;
  @ApiPropertyOptional({ type: BilingualName }) name?: BilingualName;
  @count('Open work orders now') open!: number;
  @count('Of the open ones: as lead') openAsLead!: number;
  @count('Of the open ones: as assistant') openAsAssistant!: number;
  @count('Of the open ones: not signed yet') notSigned!: number;
  @count('Of the open ones: past due') overdue!: number;
  @count('Of the open ones: rework') rework!: number;
  @count('All that were issued, of the cases in question') issued!: number;
  @count('Completed') completed!: number;
  @count('Returned as not theirs') returned!: number;
  @count('Cancelled') cancelled!: number;
}

export class Workload {
  @ApiProperty({ type: [WorkloadItem] }) items!: WorkloadItem[];
}

const open = `w.status IN (${openOrderStatuses.map((status) => `'${status}'`).join(', ')})`;
const sql = `
  SELECT w.department,
         count(*) FILTER (WHERE ${open})::int AS open,
         count(*) FILTER (WHERE ${open} AND w.role = 'lead')::int AS "openAsLead",
         count(*) FILTER (WHERE ${open} AND w.role = 'assist')::int AS "openAsAssistant",
         count(*) FILTER (WHERE w.status = 'dispatched')::int AS "notSigned",
         count(*) FILTER (WHERE w.overdue)::int AS overdue,
         count(*) FILTER (WHERE ${open} AND w.cause = 'rework')::int AS rework,
         count(*)::int AS issued,
         count(*) FILTER (WHERE w.status = 'completed')::int AS completed,
         count(*) FILTER (WHERE w.status = 'returned')::int AS returned,
         count(*) FILTER (WHERE w.status = 'cancelled')::int AS cancelled
    FROM work_orders w JOIN cases k USING (case_id)
   WHERE ($1::timestamptz IS NULL OR k.registered_at >= $1) AND ($2::timestamptz IS NULL OR k.registered_at < $2)
   GROUP BY w.department ORDER BY open DESC, w.department`;

const columns = ['department', 'nameZh', 'nameEn', 'open', 'openAsLead', 'openAsAssistant', 'notSigned', 'overdue', 'rework', 'issued', 'completed', 'returned', 'cancelled'];

@ApiTags('insight')
@ApiExtraModels(Workload)
@Controller('api/v1/insight/workload')
export class WorkloadController {
  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Work orders per department, the fullest desk first', description: '`from` and `to` choose cases by their registration.' })
  @ApiOkResponse({ description: 'Workload', content: { 'application/json': { schema: { $ref: getSchemaPath(Workload) } }, 'text/csv': { schema: { type: 'string' } } } })
  async workload(@Query() query: PeriodQuery, @AskedFormat() format: ListFormat): Promise<Workload | StreamableFile> {
    const { from, to } = boundsOf(query);
    const { rows } = await this.reader.query<WorkloadItem>(sql, [from, to]);
    const names = new Map((await this.directory.departments()).map(({ code, name }) => [code, name]));
    const items = rows.map((row): WorkloadItem => ({ ...row, name: names.get(row.department) }));
    return format === 'json' ? { items } : csvFile('workload', columns, items.map(({ name, ...row }) => ({ ...row, nameZh: name?.zh, nameEn: name?.en })));
  }
}
