import { demandKinds, levels } from '@lianban/contracts';
import type { DemandKind, Level } from '@lianban/contracts';
import { BooleanField, Command, CommandBody, EnumField, IdParam } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { reRate } from './re-rate.decider.js';
import { requireGreenChannel } from '../green-channel/green-channel.decider.js';
import { GreenChannel } from '../green-channel/green-channel.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class ReRateBody extends CommandBody {
  @EnumField(levels, { description: 'Chooses the limits of the clocks that still run', example: 'complex' })
  level!: Level;

  @BooleanField({ description: 'Expedited handling (绿色通道); stays as it is when absent', optional: true, example: false })
  greenChannel?: boolean;

  @EnumField(demandKinds, { description: 'Kind of demand (诉求类型); the one that is known stands when absent', optional: true, example: 'complaint' })
  kind?: DemandKind;

  @OriginalTextField({ max: 20_000, description: 'Why', example: 'The cable runs under three properties.' })
  reason!: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class ReRateController {
  constructor(
    @Inject(CaseCommands) private readonly commands: CaseCommands,
    @Inject(GreenChannel) private readonly greenChannel: GreenChannel,
  ) {}

  @Post(':caseId/re-rate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give an accepted case another level, or correct its kind of demand', description: 'Clocks that still run get the limit of that level by the policies of today, counted from where they started.' })
  @ApiOkResponse({ type: CaseView })
  async reRate(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: ReRateBody): Promise<CommandResult> {
    const rules = body.greenChannel === true ? await this.greenChannel.rulesAt(body.occurredAt ?? new Date().toISOString()) : undefined;
    return this.commands.execute(ctx, caseId, body, { reason: body.reason }, (state, { reason }) => {
      const events = reRate(state, { level: body.level, greenChannel: body.greenChannel ?? null, kind: body.kind ?? null, reason });
      if (rules && state?.greenChannel === false) requireGreenChannel(ctx.actor.role, state.category, rules);
      return events;
    }, undefined, undefined, undefined, rules && this.greenChannel.counting(rules.quota));
  }
}
