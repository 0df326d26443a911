import { DirectoryCopy } from '@lianban/service-kit';
import { toInstant, workingDayMinutes } from '@lianban/working-time';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { chooseLimit, choosePolicy } from '../domain/policies.js';
import type { PolicyQuestion } from '../domain/policies.js';
import { RuleBook } from '../rules/rule-book.js';
import { ancestry } from '../rules/territories.js';
import { toPolicyView } from '../show-rules/rule.views.js';
import { ChosenPolicyView, PolicyQuestionBody } from './policy-question.body.js';

@ApiTags('sla')
@Controller('api/v1/sla')
export class ChoosePolicyController {
  constructor(
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Post('policies/choose')
  @HttpCode(200)
  @ApiOperation({ summary: 'Which row gives a case its limit, and why. Changes nothing' })
  @ApiOkResponse({ type: ChosenPolicyView })
  async choose(@Body() { clock, milestone, round = 1, urgency, level, greenChannel, category, territory, unit, lead, channel, demandKind, on }: PolicyQuestionBody): Promise<ChosenPolicyView> {
    if (territory != null) await this.directory.require('territory', territory, 'territory');
    const question: PolicyQuestion = {
      clock, round, milestone: milestone ?? null, urgency: urgency ?? 'normal', level: level ?? null, greenChannel: greenChannel ?? false,
      category: category ?? null, unit: unit ?? null, lead: lead ?? null, channel: channel ?? null, demandKind: demandKind ?? null, on: on ?? toInstant(Date.now()),
      territories: territory == null ? [] : ancestry(await this.directory.territories())(territory),
    };
    const { calendars } = await this.book.latest();
    const { row, matched, runnersUp } = choosePolicy(this.book.policies, question);
    const { limit, extensionCap, warnings } = chooseLimit(this.book.policies, question, workingDayMinutes(question.on, calendars.for(unit ?? null)));
    return {
      policy: toPolicyView(row), matched, limit, extensionCap: extensionCap ?? undefined, warnings,
      runnersUp: runnersUp.map((other) => ({ policy: toPolicyView(other.row), matched: other.matched })),
    };
  }
}
