import type { Tx } from '@lianban/projections';
import { byTime, CodeField, DirectoryCopy, EnumField, IntField, PageOf, PageQuery, readPage } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { answerList, AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { coverageSql, unseenSql } from './coverage-sql.js';

const places = ['building', 'park', 'grid'] as const;
const count = (description: string): PropertyDecorator => ApiProperty({ type: 'integer', minimum: 0, description });

export class CoverageQuery extends PeriodQuery {
  @EnumField(places, { description: '`building` when absent', optional: true }) groupBy?: (typeof places)[number];
}

export class CoverageItem {
  @ApiProperty({ description: 'Code of the place', example: 'cedar-park' }) territory!: string;
  @ApiProperty() nameZh!: string;
  @ApiProperty() nameEn!: string;
  @count('Firms that are there now') firms!: number;
  @count('Of these: somebody was met there in the period') firmsSeen!: number;
  @count('Of these: nobody was ever met there') firmsNeverSeen!: number;
  @count('Households where somebody was met in the period') householdsSeen!: number;
  @count('Visits in the period at which somebody was met') visits!: number;
  @count('Visits in the period at which nobody was there') nobodyMet!: number;
  @count('Demands found in the period') demands!: number;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Last visit of the period at which somebody was met' }) lastVisitedAt?: Date;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Since when the firm has waited that has not been seen for longest' }) unseenSince?: Date;
}

export class Coverage {
  @ApiProperty({ type: [CoverageItem] }) items!: CoverageItem[];
}

export class UnseenQuery extends PageQuery {
  @CodeField({ description: 'In this territory', optional: true }) territory?: string;
  @IntField({ description: 'Nobody was met there for so many days; 0 when absent', min: 0, max: 10_000, optional: true, query: true }) days?: number;
}

export class UnseenItem {
  @ApiProperty({ format: 'uuid', description: 'Its name is in the register (`GET /api/v1/firms/{firmId}`)' }) firmId!: string;
  @ApiProperty({ example: 'cedar-park-b1' }) building!: string;
  @ApiPropertyOptional({ type: String }) floor?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Last visit at which somebody was met; absent: there was none' }) lastVisitedAt?: Date;
  @ApiProperty({ type: String, format: 'date-time', description: 'That visit, or else the entry in the register' }) unseenSince!: Date;
  @count('Whole days since then') days!: number;
}

export class UnseenPage extends PageOf(UnseenItem) {}

type Nullable<Item> = { [Field in keyof Item]: Item[Field] | null };
const withoutNulls = <Item extends object>(row: Nullable<Item>): Item => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Item;
const columns = ['territory', 'nameZh', 'nameEn', 'firms', 'firmsSeen', 'firmsNeverSeen', 'householdsSeen', 'visits', 'nobodyMet', 'demands', 'lastVisitedAt', 'unseenSince'];
const dayMs = 86_400_000;

@ApiTags('insight')
@ApiExtraModels(Coverage, UnseenPage)
@Controller('api/v1/insight/visits')
export class VisitsController {
  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
  ) {}

  @Get('coverage')
  @ApiOperation({ summary: 'Who was visited, by building, park or grid; the least covered first', description: '`from` and `to` choose visits by when they were made. A park counts what lies in it.' })
  @ApiOkResponse({ description: 'Coverage', content: { 'application/json': { schema: { $ref: getSchemaPath(Coverage) } }, 'text/csv': { schema: { type: 'string' } } } })
  async coverage(@Query() query: CoverageQuery, @AskedFormat() format: ListFormat): Promise<Coverage | StreamableFile> {
    const { from, to } = boundsOf(query);
    const { rows } = await this.reader.query<Nullable<CoverageItem>>(coverageSql, [query.groupBy ?? 'building', from, to]);
    const items = rows.map(withoutNulls);
    return format === 'json' ? { items } : csvFile('visit-coverage', columns, items);
  }

  @Get('unseen')
  @ApiOperation({ summary: 'Firms that nobody has met for longest', description: 'As JSON in pages; with `Accept: text/csv` all of them, or as many as `limit` says.' })
  @ApiOkResponse({ description: 'Firms', content: { 'application/json': { schema: { $ref: getSchemaPath(UnseenPage) } }, 'text/csv': { schema: { type: 'string' } } } })
  async unseen(@Query() query: UnseenQuery, @AskedFormat() format: ListFormat): Promise<UnseenPage | StreamableFile> {
    if (query.territory !== undefined) await this.directory.require('territory', query.territory, 'territory');
    const now = Date.now();
    const before = query.days === undefined ? null : new Date(now - query.days * dayMs).toISOString();
    return answerList('unseen-firms', ['firmId', 'building', 'floor', 'lastVisitedAt', 'unseenSince', 'days'], format, query, (asked) =>
      readPage(asked, byTime((row: Nullable<UnseenItem>) => [row.unseenSince, row.firmId ?? '']), async (after, limit) =>
        (await this.reader.query<Nullable<UnseenItem>>(unseenSql, [query.territory ?? null, before, ...(after ?? [null, null]), limit])).rows,
      (row) => withoutNulls<UnseenItem>({ ...row, days: Math.floor((now - (row.unseenSince?.getTime() ?? now)) / dayMs) })));
  }
}
