import { defaultLimit, PageQuery, readCursor, writeCursor } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Policy } from '../domain/policies.js';
import { RuleBook } from '../rules/rule-book.js';
import { PoliciesView, toPolicyView } from './rule-views.js';

@ApiTags('sla')
@Controller('api/v1/sla')
export class ShowRulesController {
  constructor(@Inject(RuleBook) private readonly book: RuleBook) {}

  @Get('policies')
  @ApiOperation({ summary: 'The dated rows that give each clock its limit, by rule and day' })
  @ApiOkResponse({ type: PoliciesView })
  async policies(@Query() { limit = defaultLimit, cursor }: PageQuery): Promise<PoliciesView> {
    await this.book.latest();
    const after = readCursor(cursor, 2);
    const rows = [...this.book.policies].sort(byKey).filter((row) => !after || compare(keyOf(row), after.map(String)) > 0);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(toPolicyView), nextCursor: rows.length > limit && last ? writeCursor(keyOf(last)) : undefined };
  }
}

const keyOf = ({ id, effectiveFrom }: Policy): string[] => [id, new Date(effectiveFrom).toISOString()];
const compare = (a: readonly string[], b: readonly string[]): number => {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
};
const byKey = (a: Policy, b: Policy): number => compare(keyOf(a), keyOf(b));
