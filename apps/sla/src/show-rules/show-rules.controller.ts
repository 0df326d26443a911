import { DomainError } from '@lianban/contracts';
import { defaultLimit, PageQuery, readCursor, writeCursor } from '@lianban/service-kit';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Policy } from '../domain/policies.js';
import { RuleBook } from '../rules/rule-book.js';
import { CalendarView, PoliciesView, toPolicyView } from './rule-views.js';

const yearPipe: PipeTransform<string, number> = {
  transform(text) {
    if (/^\d{4}$/.test(text)) return Number(text);
    throw new DomainError('validation-failed', 'year is not a year', [{ field: 'year', reason: 'must be a year of four digits' }]);
  },
};

@ApiTags('sla')
@Controller('api/v1/sla')
export class ShowRulesController {
  constructor(@Inject(RuleBook) private readonly book: RuleBook) {}

  @Get('policies')
  @ApiOperation({ summary: 'The dated rows that give each clock its limit, by rule and day' })
  @ApiOkResponse({ type: PoliciesView })
  policies(@Query() { limit = defaultLimit, cursor }: PageQuery): PoliciesView {
    const after = readCursor(cursor, 2);
    const rows = [...this.book.policies].sort(byKey).filter((row) => !after || compare(keyOf(row), after.map(String)) > 0);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(toPolicyView), nextCursor: rows.length > limit && last ? writeCursor(keyOf(last)) : undefined };
  }

  @Get('calendars/:year')
  @ApiOperation({ summary: 'The published working calendar of a year' })
  @ApiParam({ name: 'year', schema: { type: 'integer', minimum: 1000, maximum: 9999 }, example: 2026 })
  @ApiOkResponse({ type: CalendarView })
  calendar(@Param('year', yearPipe) year: number): CalendarView {
    const calendar = this.book.calendar(year);
    if (!calendar) throw new DomainError('not-found', `The calendar of ${year} is not published`);
    return { ...calendar };
  }
}

const keyOf = ({ id, effectiveFrom }: Policy): string[] => [id, new Date(effectiveFrom).toISOString()];
const compare = (a: readonly string[], b: readonly string[]): number => {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
};
const byKey = (a: Policy, b: Policy): number => compare(keyOf(a), keyOf(b));
