import { refusedField } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { addCounts, formulaOf, noCounts } from '@lianban/scoring';
import { SQL } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { readCounts } from '../keep-rates/project-rates.js';
import { AssessmentView, ratesView } from './assessment.view.js';

const month = /^\d{4}-(0[1-9]|1[0-2])$/;

export const periodPipe: PipeTransform<string, string> = {
  transform: (value) => {
    if (month.test(value)) return value;
    throw refusedField('period', say('must-be-month'));
  },
};

@ApiTags('satisfaction')
@Controller('api/v1/assessments')
export class ShowAssessmentController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get(':period')
  @ApiOperation({
    summary: 'The three rates (三率) of a month, over all and by department',
    description: 'A case counts in the month of its registration (China time), for the lead at its last answer, with the last outcome of each demand it answers that reached somebody; a merged case counts with the one it is merged into. Unreachable counts in neither resolution nor satisfaction.',
  })
  @ApiParam({ name: 'period', description: 'Month of registration, `YYYY-MM`', schema: { type: 'string', pattern: month.source, example: '2026-02' } })
  @ApiOkResponse({ type: AssessmentView })
  async show(@Param('period', periodPipe) period: string): Promise<AssessmentView> {
    const rows = await readCounts(this.sql, period);
    return {
      period,
      formula: formulaOf(period).formula,
      rates: ratesView(rows.reduce(addCounts, noCounts)),
      departments: rows.flatMap(({ department, ...counts }) => (department === null ? [] : [{ department, ...ratesView(counts) }])),
    };
  }
}
