import { demandKinds, type DemandKind } from '@lianban/contracts';
import { type Counts, formulasOf, newestFormula, type Rate, ratesFromCounts } from '@lianban/scoring';
import type { Tx } from '@lianban/projections';
import { DirectoryCopy, EnumField } from '@lianban/service-kit';
import { Controller, Get, Inject, Query, type StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { AskedFormat, csvFile, type ListFormat } from '../views/list-format.js';
import { boundsOf, PeriodQuery } from '../views/period-query.js';
import { BilingualName, RateView } from '../views/rate-fields.js';
import { type GroupBy, groupings, ratesQuestion } from './rates-question.js';

export class RatesQuery extends PeriodQuery {
  @EnumField(groupings, { description: 'Without it one item over all cases, with the key `all`', optional: true }) groupBy?: GroupBy;
  @EnumField(demandKinds, { description: 'Only demands of this kind (诉求类型)', optional: true }) kind?: DemandKind;
}

export class RatesItem {
  @ApiProperty({ description: 'Code of the department, territory or category, kind of demand, `true` or `false` for the green channel, or `YYYY-MM`' }) key!: string;
  @ApiPropertyOptional({ type: BilingualName }) name?: BilingualName;
  @ApiProperty({ type: 'integer', description: 'Cases registered in the period; one that is merged into another is none' }) cases!: number;
  @ApiProperty({ type: 'integer', description: 'Demands these cases answer, those that joined them included' }) demands!: number;
  @ApiProperty({ type: RateView, description: 'Contacted in time ÷ contact clock met or breached' }) response!: RateView;
  @ApiProperty({ type: RateView, description: 'Requester says resolved ÷ called back and reached' }) resolution!: RateView;
  @ApiProperty({ type: RateView, description: 'Satisfied (4 or 5 of 5) ÷ reached and asked; by `three-rates.v2` ÷ all reached' }) satisfaction!: RateView;
  @ApiProperty({ type: 'integer', description: 'Reached, but not asked for satisfaction: in no denominator of it' }) notAsked!: number;
  @ApiProperty({ type: [String], description: 'The formulas its cases are counted by, each by that of the month of its registration; the oldest first', example: [newestFormula.formula] }) formulas!: string[];
}

export class Rates {
  @ApiProperty({ description: 'The newest formula that a case here is counted by; that in force when there is none', example: newestFormula.formula }) formula!: string;
  @ApiProperty({ type: [RatesItem] }) items!: RatesItem[];
}

const shown = ({ numerator, denominator, value }: Rate): RateView => ({ numerator, denominator, value: value ?? undefined });

@ApiTags('insight')
@ApiExtraModels(Rates)
@Controller('api/v1/insight/rates')
export class RatesController {
  constructor(
    @Inject(READER) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The three rates: response, resolution, satisfaction', description: 'Live figures. A case counts in the month of its registration, for the lead at its last answer, with the last outcome of each demand it answers that reached somebody. Each month is counted by its own formula.' })
  @ApiOkResponse({ description: 'Rates by key', content: { 'application/json': { schema: { $ref: getSchemaPath(Rates) } }, 'text/csv': { schema: { type: 'string' } } } })
  async rates(@Query() query: RatesQuery, @AskedFormat() format: ListFormat): Promise<Rates | StreamableFile> {
    const { text, values } = ratesQuestion(query.groupBy, boundsOf(query), query.kind ?? null);
    const { rows } = await this.sql.query<Counts & { key: string; cases: number; demands: number; first: string; last: string }>(text, values);
    const names = await this.names(query.groupBy);
    const items = rows.map(({ key, cases, demands, first, last, ...counts }): RatesItem => {
      const rates = ratesFromCounts(counts);
      return { key, name: names.get(key), cases, demands, response: shown(rates.response), resolution: shown(rates.resolution), satisfaction: shown(rates.satisfaction), notAsked: rates.notAsked, formulas: formulasOf(first, last) };
    });
    return format === 'json' ? { formula: items.flatMap(({ formulas }) => formulas).sort().at(-1) ?? newestFormula.formula, items } : ratesCsv(items);
  }

  private async names(groupBy: GroupBy | undefined): Promise<Map<string, BilingualName>> {
    const entries = groupBy === 'department' ? await this.directory.departments() : groupBy === 'territory' ? await this.directory.territories() : [];
    return new Map(entries.map(({ code, name }) => [code, name]));
  }
}

const rateNames = ['response', 'resolution', 'satisfaction'] as const;

const ratesCsv = (items: readonly RatesItem[]): StreamableFile => {
  const columns = ['key', 'nameZh', 'nameEn', 'cases', 'demands', ...rateNames.flatMap((rate) => [`${rate}Numerator`, `${rate}Denominator`, `${rate}Value`]), 'notAsked', 'formulas'];
  return csvFile('rates', columns, items.map((item) => ({
    key: item.key, nameZh: item.name?.zh, nameEn: item.name?.en, cases: item.cases, demands: item.demands,
    ...Object.fromEntries(rateNames.flatMap((rate) => [
      [`${rate}Numerator`, item[rate].numerator], [`${rate}Denominator`, item[rate].denominator], [`${rate}Value`, item[rate].value],
    ])),
    notAsked: item.notAsked, formulas: item.formulas,
  })));
};
