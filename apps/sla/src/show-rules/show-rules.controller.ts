import { isText, pageOfSorted, PageQuery } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RuleBook } from '../rules/rule-book.js';
import { PoliciesView, toPolicyView } from './rule.views.js';

@ApiTags('sla')
@Controller('api/v1/sla')
export class ShowRulesController {
  constructor(@Inject(RuleBook) private readonly book: RuleBook) {}

  @Get('policies')
  @ApiOperation({ summary: 'The dated rows that give each clock its limit, by rule and day' })
  @ApiOkResponse({ type: PoliciesView })
  async policies(@Query() query: PageQuery): Promise<PoliciesView> {
    await this.book.latest();
    return pageOfSorted(query, this.book.policies, [isText, isText], ({ id, effectiveFrom }) => [id, new Date(effectiveFrom).toISOString()], toPolicyView);
  }
}
