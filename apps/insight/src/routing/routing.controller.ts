import type { Tx } from '@lianban/projections';
import { EnumField } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { RateView } from '../views/rate-fields.js';
import { type RoutingGrouping, routingGroupings, routingSql } from './routing-sql.js';

export class RoutingQuery extends PeriodQuery {
  @EnumField(routingGroupings, { description: 'Without it one item over all dispatches, with the key `all`', optional: true }) groupBy?: RoutingGrouping;
}

export class RoutingItem {
  @ApiProperty({ description: '`YYYY-MM`, code of the chosen department, or version of the model', example: '2026-11' }) key!: string;
  @ApiProperty({ type: 'integer', description: 'Dispatches by a person for which there was a proposal' }) dispatches!: number;
  @ApiProperty({ type: 'integer', description: 'Dispatches by the system because the proposal was sure; in no other figure here' }) automatic!: number;
  @ApiProperty({ type: RateView, description: 'The first proposed was chosen ÷ dispatches' }) first!: RateView;
  @ApiProperty({ type: RateView, description: 'One of the first three was chosen ÷ dispatches' }) amongThree!: RateView;
  @ApiProperty({ type: RateView, description: 'The proposal was sure ÷ dispatches' }) sure!: RateView;
  @ApiProperty({ type: RateView, description: 'The first was chosen ÷ sure proposals' }) sureRight!: RateView;
}

export class RoutingFigures {
  @ApiProperty({ type: [RoutingItem] }) items!: RoutingItem[];
}

type Row = Record<'dispatches' | 'automatic' | 'first' | 'amongThree' | 'sure' | 'sureRight', number> & { key: string };
const rate = (numerator: number, denominator: number): RateView => ({ numerator, denominator, value: denominator > 0 ? numerator / denominator : undefined });
const rates = ['first', 'amongThree', 'sure', 'sureRight'] as const;

@ApiTags('insight')
@ApiExtraModels(RoutingFigures)
@Controller('api/v1/insight/routing')
export class RoutingController {
  constructor(@Inject(READER) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({
    summary: 'How often dispatchers chose what was proposed (派单建议命中率)',
    description: '`from` and `to` choose dispatches by their time. A proposal that was followed although another unit was right counts as a hit: compare with the returns.',
  })
  @ApiOkResponse({ description: 'Hit rates by key', content: { 'application/json': { schema: { $ref: getSchemaPath(RoutingFigures) } }, 'text/csv': { schema: { type: 'string' } } } })
  async figures(@Query() query: RoutingQuery, @AskedFormat() format: ListFormat): Promise<RoutingFigures | StreamableFile> {
    const { from, to } = boundsOf(query);
    const { rows } = await this.sql.query<Row>(routingSql(query.groupBy), [from, to]);
    const items = rows.map(({ key, dispatches, automatic, first, amongThree, sure, sureRight }): RoutingItem => ({
      key, dispatches, automatic, first: rate(first, dispatches), amongThree: rate(amongThree, dispatches), sure: rate(sure, dispatches), sureRight: rate(sureRight, sure),
    }));
    if (format === 'json') return { items };
    return csvFile('routing', ['key', 'dispatches', 'automatic', ...rates.flatMap((name) => [`${name}Numerator`, `${name}Denominator`, `${name}Value`])], items.map((item) => ({
      ...item, ...Object.fromEntries(rates.flatMap((name) => [[`${name}Numerator`, item[name].numerator], [`${name}Denominator`, item[name].denominator], [`${name}Value`, item[name].value]])),
    })));
  }
}
