import { formulaVersion, ratesFromCounts } from '@lianban/scoring';
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

  @ApiProperty({ type: AssessedRateView, description: 'Satisfied (4 or 5 of 5) ÷ called back and reached' })
  satisfaction!: AssessedRateView;
}

export class AssessedDepartmentView extends AssessedRatesView {
  @ApiProperty({ example: 'urban-management', description: 'The lead at the last answer, before that the current lead' })
  department!: string;
}

export class AssessmentView {
  @ApiProperty({ example: '2026-02' })
  period!: string;

  @ApiProperty({ example: formulaVersion, description: 'Version of the formulas' })
  formula!: string;

  @ApiProperty({ type: AssessedRatesView, description: 'Over all cases of the period, also those without a department yet' })
  rates!: AssessedRatesView;

  @ApiProperty({ type: [AssessedDepartmentView], description: 'By code' })
  departments!: AssessedDepartmentView[];
}

const rateView = ({ numerator, denominator, value }: Rate): AssessedRateView => ({ numerator, denominator, value: value ?? undefined });

export const ratesView = (counts: Counts): AssessedRatesView => {
  const { response, resolution, satisfaction } = ratesFromCounts(counts);
  return { response: rateView(response), resolution: rateView(resolution), satisfaction: rateView(satisfaction) };
};
