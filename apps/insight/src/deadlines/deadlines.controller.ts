import type { Tx } from '@lianban/projections';
import { CodeField, DirectoryCopy, IntField } from '@lianban/service-kit';
import { chinaOffsetMs } from '@lianban/texts';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { owners } from '../overdue/overdue.controller.js';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { BilingualName } from '../views/rate-fields.js';
import { withDescendants } from '../views/territory-tree.js';

const count = (description: string): PropertyDecorator => ApiProperty({ type: 'integer', minimum: 0, description });

export class DeadlinesQuery {
  @CodeField({ description: 'Code of a territory; what lies in it is included', optional: true }) territory?: string;
  @IntField({ description: 'What is due within so many elapsed minutes is about to breach; 60 unless told', min: 1, max: 10_080, optional: true, query: true }) within?: number;
}

export class DeadlineCounts {
  @count('Open clocks that fall due between now and midnight') dueToday!: number;
  @count('Clocks whose due time of today has passed, stopped since or not') breachedToday!: number;
  @count('Open clocks not past due yet that have been warned about, or are due within `within` minutes') aboutToBreach!: number;
}

export class DeadlinesItem extends DeadlineCounts {
  @ApiProperty({ enum: owners, description: 'Whose they are: the intake desk for a first contact, the call-back agents for a call-back, else a department' }) owner!: string;
  @ApiPropertyOptional({ type: String, description: 'Code of the department; absent while nobody has been dispatched' }) department?: string;
  @ApiPropertyOptional({ type: BilingualName }) name?: BilingualName;
  @ApiPropertyOptional({ type: String, description: 'Tier the demand comes from: the kind of its territory; absent when that is not in the directory', example: 'community' }) tier?: string;
}

export class Deadlines {
  @ApiProperty({ type: String, format: 'date', description: 'Today, in Asia/Shanghai' }) date!: string;
  @ApiProperty({ type: DeadlineCounts }) total!: DeadlineCounts;
  @ApiProperty({ type: [DeadlinesItem], description: 'By owner and tier; those with nothing are absent' }) items!: DeadlinesItem[];
}

/** $1 the moment, $2 start and $3 end of its day, $4 until when a due time is near, $5 territories. Each branch walks an index over what it counts, never all that runs. */
export const deadlinesSql = `
  WITH near AS (
    SELECT case_id, kind, owed_by, department, due_at < $3 AS due_today, false AS breached_today, warned_at IS NOT NULL OR due_at < $4 AS near
      FROM clocks WHERE stopped_at IS NULL AND cancelled_at IS NULL AND kind <> 'return-window' AND due_at >= $1 AND due_at < greatest($3, $4)
    UNION ALL
    SELECT case_id, kind, owed_by, department, false, false, true
      FROM clocks WHERE stopped_at IS NULL AND cancelled_at IS NULL AND kind <> 'return-window' AND warned_at IS NOT NULL AND due_at >= greatest($3, $4)
    UNION ALL
    SELECT case_id, kind, owed_by, department, false, true, false FROM clocks WHERE breached_at >= $2 AND breached_at < least($1, $3)
  )
  SELECT CASE n.kind WHEN 'contact' THEN 'intake' WHEN 'call-back' THEN 'call-back' ELSE 'department' END AS owner,
         CASE WHEN n.kind NOT IN ('contact', 'call-back') THEN coalesce(n.owed_by, n.department, k.responsible_department) END AS department,
         k.territory, count(*) FILTER (WHERE n.due_today)::int AS "dueToday", count(*) FILTER (WHERE n.breached_today)::int AS "breachedToday",
         count(*) FILTER (WHERE n.near)::int AS "aboutToBreach"
    FROM near n CROSS JOIN LATERAL (SELECT * FROM cases WHERE cases.case_id = n.case_id OFFSET 0) k
   WHERE $5::text[] IS NULL OR k.territory = ANY($5)
   GROUP BY 1, 2, 3`;

interface Row extends DeadlineCounts {
  readonly owner: string;
  readonly department: string | null;
  readonly territory: string | null;
}

const columns = ['owner', 'department', 'nameZh', 'nameEn', 'tier', 'dueToday', 'breachedToday', 'aboutToBreach'];
const day = 86_400_000;
const sum = (rows: readonly DeadlineCounts[]): DeadlineCounts => rows.reduce((a, b) => ({
  dueToday: a.dueToday + b.dueToday, breachedToday: a.breachedToday + b.breachedToday, aboutToBreach: a.aboutToBreach + b.aboutToBreach,
}), { dueToday: 0, breachedToday: 0, aboutToBreach: 0 });

@ApiTags('insight')
@ApiExtraModels(Deadlines)
@Controller('api/v1/insight/deadlines')
export class DeadlinesController {
  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Due today, breached today, about to breach: by department and tier' })
  @ApiOkResponse({ description: 'Deadlines of the day', content: { 'application/json': { schema: { $ref: getSchemaPath(Deadlines) } }, 'text/csv': { schema: { type: 'string' } } } })
  async deadlines(@Query() { territory, within = 60 }: DeadlinesQuery, @AskedFormat() format: ListFormat): Promise<Deadlines | StreamableFile> {
    const now = Date.now();
    const midnight = Math.floor((now + chinaOffsetMs) / day) * day - chinaOffsetMs;
    const territories = await this.directory.territories();
    const asked = territory === undefined ? null : withDescendants(territory, territories);
    const { rows } = await this.reader.query<Row>(deadlinesSql, [...[now, midnight, midnight + day, now + within * 60_000].map((at) => new Date(at)), asked]);
    const tiers = new Map(territories.map(({ code, kind }) => [code, kind]));
    const names = new Map((await this.directory.departments()).map(({ code, name }) => [code, name]));
    const items = [...groupsOf(rows, tiers).values()].map(({ owner, department, tier, rows: its }): DeadlinesItem => ({
      owner, department: department ?? undefined, name: department === null ? undefined : names.get(department), tier, ...sum(its),
    })).sort((a, b) => b.breachedToday - a.breachedToday || b.aboutToBreach - a.aboutToBreach || (a.department ?? '').localeCompare(b.department ?? ''));
    if (format === 'csv') return csvFile('deadlines', columns, items.map(({ name, ...item }) => ({ ...item, nameZh: name?.zh, nameEn: name?.en })));
    return { date: new Date(midnight + chinaOffsetMs).toISOString().slice(0, 10), total: sum(rows), items };
  }
}

interface Group {
  readonly owner: string;
  readonly department: string | null;
  readonly tier: string | undefined;
  readonly rows: DeadlineCounts[];
}

const groupsOf = (rows: readonly Row[], tiers: ReadonlyMap<string, string>): Map<string, Group> => {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const { owner, department } = row;
    const tier = row.territory === null ? undefined : tiers.get(row.territory);
    const key = JSON.stringify([owner, department, tier]);
    const group = groups.get(key) ?? { owner, department, tier, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return groups;
};
