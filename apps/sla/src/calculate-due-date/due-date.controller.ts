import { DomainError } from '@lianban/contracts';
import { dueDate, toMillis } from '@lianban/working-time';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RuleBook } from '../rules/rule-book.js';
import { DueDateBody, DueDateView } from './due-date.body.js';

@ApiTags('sla')
@Controller('api/v1/sla')
export class DueDateController {
  constructor(@Inject(RuleBook) private readonly book: RuleBook) {}

  @Post('due-date')
  @HttpCode(200)
  @ApiOperation({ summary: 'The calculator: when something is due. Changes nothing' })
  @ApiOkResponse({ type: DueDateView })
  calculate(@Body() { start, kind, amount, unit }: DueDateBody): DueDateView {
    requireCountable(start);
    return dueDate({ start, kind, amount, unit }, this.book.rules.calendar);
  }
}

/** Real instants of the years in which working time is counted. */
const requireCountable = (start: string): void => {
  const millis = Date.parse(start);
  if (millis >= toMillis('1900-01-01T00:00:00Z') && millis < toMillis('2501-01-01T00:00:00Z')) return;
  throw new DomainError('validation-failed', 'start is not an instant of the years 1900 to 2500', [{ field: 'start', reason: 'must be an instant of the years 1900 to 2500' }]);
};
