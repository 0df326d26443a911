import { territoryKinds } from '@lianban/contracts';
import type { Tx } from '@lianban/projections';
import { CodeField, DirectoryCopy, EnumField } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { RateView } from '../views/rate-fields.js';
import { withDescendants } from '../views/territory-tree.js';
import { heightOf, type TierGrouping, tierGroupings, tiersSql } from './tiers-sql.js';

export class TiersQuery extends PeriodQuery {
  @EnumField(tierGroupings, { description: 'By month of registration, or by the territory of the case; all together when absent', optional: true }) groupBy?: TierGrouping;
  @CodeField({ description: 'Only cases of this territory and those below it', optional: true }) territory?: string;
}

export class TiersItem {
  @ApiPropertyOptional({ type: String, description: 'Month (`2026-11`) or code of the territory, when grouped', example: '2026-11' }) key?: string;
  @ApiPropertyOptional({ enum: territoryKinds, description: 'The tier the cases are or ended with; absent where their territory is not in the directory' }) tier?: string;
  @ApiProperty({ type: 'integer', description: 'Accepted cases, without those withdrawn or merged' }) cases!: number;
  @ApiProperty({ type: 'integer', description: 'Of these: closed' }) closed!: number;
  @ApiProperty({ type: 'integer', description: 'Of the closed ones: settled on the spot, or the requester says resolved' }) solved!: number;
  @ApiProperty({ type: RateView, description: 'Solved at this tier ÷ all solved' }) share!: RateView;
  @ApiProperty({ type: RateView, description: 'Solved at this tier or a lower one ÷ all solved: what stays with the neighbours' }) shareUpTo!: RateView;
}

export class Tiers {
  @ApiProperty({ type: [TiersItem] }) items!: TiersItem[];
}

interface Row { readonly key: string | null; readonly tier: string | null; readonly cases: number; readonly closed: number; readonly solved: number }

const ratio = (numerator: number, denominator: number): RateView => ({ numerator, denominator, ...(denominator === 0 ? {} : { value: numerator / denominator }) });

/** Rows of all keys; each share is of its own key. */
export const sharesOf = (rows: readonly Row[]): TiersItem[] => rows.map(({ key, tier, ...counts }) => {
  const ofKey = rows.filter((row) => row.key === key);
  const solved = (some: readonly Row[]): number => some.reduce((sum, row) => sum + row.solved, 0);
  return {
    key: key ?? undefined, tier: tier ?? undefined, ...counts,
    share: ratio(counts.solved, solved(ofKey)), shareUpTo: ratio(solved(ofKey.filter((row) => heightOf(row.tier) <= heightOf(tier))), solved(ofKey)),
  };
}).sort((a, b) => (a.key ?? '').localeCompare(b.key ?? '') || heightOf(a.tier ?? null) - heightOf(b.tier ?? null) || (a.tier ?? '').localeCompare(b.tier ?? ''));

const columns = ['key', 'tier', 'cases', 'closed', 'solved', 'share', 'shareUpTo'];

@ApiTags('insight')
@ApiExtraModels(Tiers)
@Controller('api/v1/insight/tiers')
export class TiersController {
  constructor(
    @Inject(READER) private readonly reader: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'territories'>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Which tier (层级) solves how much: what stays with the neighbours, and what goes up', description: '`from` and `to` choose cases by their registration.' })
  @ApiOkResponse({ description: 'Tiers', content: { 'application/json': { schema: { $ref: getSchemaPath(Tiers) } }, 'text/csv': { schema: { type: 'string' } } } })
  async tiers(@Query() query: TiersQuery, @AskedFormat() format: ListFormat): Promise<Tiers | StreamableFile> {
    if (query.territory !== undefined) await this.directory.require('territory', query.territory, 'territory');
    const { from, to } = boundsOf(query);
    const codes = query.territory === undefined ? null : withDescendants(query.territory, await this.directory.territories());
    const { rows } = await this.reader.query<Row>(tiersSql(query.groupBy ?? null), [from, to, codes]);
    const items = sharesOf(rows);
    return format === 'json' ? { items } : csvFile('tiers', columns, items.map(({ share, shareUpTo, ...item }) => ({ ...item, share: share.value, shareUpTo: shareUpTo.value })));
  }
}
