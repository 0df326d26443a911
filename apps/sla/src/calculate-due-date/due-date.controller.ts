import { refusedField } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { explain, schedule, toMillis } from '@lianban/working-time';
import type { Limit } from '@lianban/working-time';
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
  async calculate(@Body() { start, kind, amount, unit, handlingUnit, held = [], extensions = [], startNextWorkingDay, toCloseOfLastDay }: DueDateBody): Promise<DueDateView> {
    requireCountable('start', start);
    held.forEach(({ from, to }, at) => {
      requireCountable(`held.${at}.from`, from);
      requireCountable(`held.${at}.to`, to);
      if (toMillis(to) < toMillis(from)) throw refusedField(`held.${at}.to`, say('held-ends-before-start'));
    });
    const calendar = (await this.book.latest()).calendars.for(handlingUnit ?? null);
    const limit: Limit = { kind, amount, unit };
    const added = extensions.map((by) => ({ by: { kind, amount: by.amount, unit: by.unit } }));
    const { dueAt, provisional, countedFrom, calendarVersion, holidays, makeUpDays } = schedule({
      startedAt: start, limit, held, extensions: added, startNextWorkingDay: startNextWorkingDay ?? false, toCloseOfLastDay: toCloseOfLastDay ?? false,
    }, calendar);
    return {
      dueAt, provisional, holidays, makeUpDays, derivation: { calendarVersion, start: countedFrom, limit },
      explanation: explain({ start: countedFrom, limit, extensions: added, held, holidays, makeUpDays }, dueAt, calendar),
    };
  }
}

/** The instant must be real and lie in the years in which working time is counted. */
const requireCountable = (field: string, instant: string): void => {
  const millis = Date.parse(instant);
  if (millis >= toMillis('1900-01-01T00:00:00Z') && millis < toMillis('2501-01-01T00:00:00Z')) return;
  throw refusedField(field, say('must-be-countable'));
};
