import type { Tx } from '@lianban/projections';
import { CodeField, DirectoryCopy, IntField } from '@lianban/service-kit';
import { fingerprintOfDemand, samePlaceIn } from '@lianban/similar-cases';
import type { Fingerprint } from '@lianban/similar-cases';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { LRUCache } from 'lru-cache';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { withDescendants } from '../views/territory-tree.js';
import { type HotspotCase, hotspots } from './hotspots.question.js';

const day = 86_400_000;
const usualDays = 90;
/** More would take seconds, in which nothing else is answered; then the newest count. */
const mostCases = 20_000;
const mostShown = 200;

export class HotspotsQuery extends PeriodQuery {
  @CodeField({ description: 'Code of a territory; with all that lies in it', optional: true }) territory?: string;
  @IntField({ description: 'Only hotspots of so many cases or more; the rule `hotspot-cases` when absent', min: 2, max: 1_000, optional: true, query: true }) minCases?: number;
}

export class CodeCount {
  @ApiProperty() code!: string;
  @ApiProperty({ type: 'integer' }) cases!: number;
}

export class DayCount {
  @ApiProperty({ format: 'date', description: 'In China' }) day!: string;
  @ApiProperty({ type: 'integer' }) cases!: number;
}

export class HotspotMember {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiPropertyOptional({ type: String }) caseNo?: string;
  @ApiProperty() title!: string;
  @ApiProperty() status!: string;
  @ApiProperty() territory!: string;
  @ApiProperty({ type: String, format: 'date-time' }) registeredAt!: Date;
}

export class HotspotItem {
  @ApiProperty({ description: 'Title of the case that is most like the others' }) title!: string;
  @ApiProperty({ type: [String], description: 'What most titles say' }) words!: string[];
  @ApiProperty({ type: 'integer' }) cases!: number;
  @ApiProperty({ type: 'integer', description: 'Of them neither closed, refused, withdrawn nor merged' }) open!: number;
  @ApiProperty({ type: String, format: 'date-time' }) firstAt!: Date;
  @ApiProperty({ type: String, format: 'date-time' }) lastAt!: Date;
  @ApiProperty({ type: 'integer', description: 'Registered in the last 7 days of the period' }) lastWeek!: number;
  @ApiProperty({ type: 'integer', description: 'Registered in the 7 days before' }) weekBefore!: number;
  @ApiProperty({ enum: ['rising', 'steady', 'falling'], description: 'The last 7 days against those before' }) trend!: string;
  @ApiProperty({ type: [DayCount], description: 'Days with cases' }) days!: DayCount[];
  @ApiProperty({ type: [CodeCount], description: 'Where, the most first' }) territories!: CodeCount[];
  @ApiProperty({ type: [CodeCount], description: 'Who leads them, the most first' }) departments!: CodeCount[];
  @ApiProperty({ type: [HotspotMember], description: `Its cases by time, the first ${mostShown} of them` }) members!: HotspotMember[];
}

export class Hotspots {
  @ApiProperty({ type: [HotspotItem], description: 'The largest first' }) items!: HotspotItem[];
  @ApiProperty({ type: 'integer', description: 'Cases that were compared' }) compared!: number;
  @ApiProperty({ description: `Whether older cases of the period were left out, since there are more than ${mostCases.toLocaleString('en')}` }) cut!: boolean;
}

interface Row {
  readonly caseId: string; readonly caseNo: string | null; readonly title: string; readonly description: string; readonly location: string | null;
  readonly status: string; readonly territory: string; readonly department: string | null; readonly registeredAt: Date;
}

const casesSql = `
  SELECT case_id AS "caseId", case_no AS "caseNo", title, status, territory, responsible_department AS department, registered_at AS "registeredAt"
    FROM cases WHERE registered_at >= $1 AND registered_at < $2 AND title IS NOT NULL AND ($3::text[] IS NULL OR territory = ANY ($3))
   ORDER BY registered_at DESC, case_id LIMIT ${mostCases + 1}`;
const textsSql = `SELECT case_id AS "caseId", title, coalesce(description, '') AS description, location FROM cases WHERE case_id = ANY ($1)`;

/** Texts read and compared in one turn of the event loop. */
const portion = 200;

@ApiTags('insight')
@ApiExtraModels(Hotspots)
@Controller('api/v1/insight/hotspots')
export class HotspotsController {
  /** A demand's text never changes. */
  private readonly fingerprints = new LRUCache<string, Fingerprint>({ max: 2 * mostCases });

  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'rules' | 'territoryPaths' | 'territories' | 'require'>,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What gathers where: demands that are likely the same (热点), the largest group first',
    description: `By words, place and time; the rules \`same-demand-…\` and \`hotspot-…\` say from when on. \`from\` and \`to\` choose cases by their registration; without them the last ${usualDays} days.`,
  })
  @ApiOkResponse({ description: 'Hotspots', content: { 'application/json': { schema: { $ref: getSchemaPath(Hotspots) } }, 'text/csv': { schema: { type: 'string' } } } })
  async hotspots(@Query() query: HotspotsQuery, @AskedFormat() format: ListFormat): Promise<Hotspots | StreamableFile> {
    const bounds = boundsOf(query);
    const to = bounds.to ?? new Date().toISOString();
    const from = bounds.from ?? new Date(Date.parse(to) - usualDays * day).toISOString();
    if (query.territory !== undefined) await this.directory.require('territory', query.territory, 'territory');
    const within = query.territory === undefined ? null : withDescendants(query.territory, await this.directory.territories());
    const { rows } = await this.reader.query<Row>(casesSql, [from, to, within]);
    const compared = rows.slice(0, mostCases);
    await this.readTexts(compared);
    const rules = await this.directory.rules();
    const when = { at: new Date().toISOString(), territory: query.territory };
    const found = hotspots(compared.flatMap((row) => this.comparable(row)), {
      similarity: rules('same-demand-similarity', when) / 100,
      similarityAtSamePlace: rules('same-demand-similarity-at-same-place', when) / 100,
      windowMs: rules('hotspot-window-days', when) * day,
      leastCases: query.minCases ?? rules('hotspot-cases', when),
    }, samePlaceIn(await this.directory.territoryPaths()), Date.parse(to));
    const items = found.map((one): HotspotItem => ({
      ...one, words: [...one.words], days: [...one.days], territories: [...one.territories], departments: [...one.departments],
      members: one.members.slice(0, mostShown).map(({ caseId, caseNo, title, status, place, at }) => ({ caseId, caseNo: caseNo ?? undefined, title, status, territory: place, registeredAt: new Date(at) })),
    }));
    if (format === 'json') return { items, compared: compared.length, cut: rows.length > mostCases };
    const columns = ['title', 'words', 'cases', 'open', 'firstAt', 'lastAt', 'lastWeek', 'weekBefore', 'trend', 'territories', 'caseNos'];
    return csvFile('hotspots', columns, items.map((item) => ({ ...item, territories: item.territories.map(({ code }) => code), caseNos: item.members.map(({ caseNo }) => caseNo ?? '') })));
  }

  /** In portions, so that others are answered in between. */
  private async readTexts(rows: readonly Row[]): Promise<void> {
    const missing = rows.flatMap(({ caseId }) => (this.fingerprints.has(caseId) ? [] : [caseId]));
    for (let at = 0; at < missing.length; at += portion) {
      const { rows: texts } = await this.reader.query<Row>(textsSql, [missing.slice(at, at + portion)]);
      for (const text of texts) this.fingerprints.set(text.caseId, fingerprintOfDemand(text));
    }
  }

  private comparable({ caseId, caseNo, title, status, territory, department, registeredAt }: Row): HotspotCase[] {
    const fingerprint = this.fingerprints.get(caseId);
    return fingerprint ? [{ caseId, caseNo, title, status, place: territory, department, at: registeredAt.getTime(), fingerprint }] : [];
  }
}
