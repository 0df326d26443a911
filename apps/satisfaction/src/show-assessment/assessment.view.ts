import { newestFormula, ratesFromCounts } from '@lianban/scoring';
import type { Counts, Rate } from '@lianban/scoring';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class AssessedRateView {
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  numerator!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 4 })
  denominator!: number;

  @ApiPropertyOptional({ type: Number, minimum: 0, maximum: 1, example: 0.75, description: 'Absent without a denominator' })
  value?: number;
}

export class AssessedRatesView {
  @ApiProperty({ type: AssessedRateView, description: 'Contacted in time ÷ contact clock met or breached' })
  response!: AssessedRateView;

  @ApiProperty({ type: AssessedRateView, description: 'Requester says resolved ÷ called back and reached' })
  resolution!: AssessedRateView;

  @ApiProperty({ type: AssessedRateView, description: 'Satisfied (4 or 5 of 5) ÷ reached and asked; by `three-rates.v2` ÷ all reached' })
  satisfaction!: AssessedRateView;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1, description: 'Reached, but not asked for satisfaction: in no denominator of it' })
  notAsked!: number;
}

export class AssessedDepartmentView extends AssessedRatesView {
  @ApiProperty({ example: 'urban-management', description: 'The lead at the last answer, before that the current lead' })
  department!: string;
}

export class AssessmentView {
  @ApiProperty({ example: '2026-02' })
  period!: string;

  @ApiProperty({ example: newestFormula.formula, description: 'The formula the month is counted by: that of its cases\' registration' })
  formula!: string;

  @ApiProperty({ type: AssessedRatesView, description: 'Over all cases of the period, also those without a department yet' })
  rates!: AssessedRatesView;

  @ApiProperty({ type: [AssessedDepartmentView], description: 'By code' })
  departments!: AssessedDepartmentView[];
}

const rateView = ({ numerator, denominator, value }: Rate): AssessedRateView => ({ numerator, denominator, value: value ?? undefined });

export const ratesView = (counts: Counts): AssessedRatesView => {
  const { response, resolution, satisfaction, notAsked } = ratesFromCounts(counts);
  return { response: rateView(response), resolution: rateView(resolution), satisfaction: rateView(satisfaction), notAsked };
};
