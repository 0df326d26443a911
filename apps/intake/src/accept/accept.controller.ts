import { demandKinds, levels } from '@lianban/contracts';
import type { DemandKind, Level } from '@lianban/contracts';
import { BooleanField, CodeField, Command, CommandBody, DirectoryCopy, EnumField, IdParam } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { accept } from './accept.decider.js';
import { requireGreenChannel } from '../green-channel/green-channel.decider.js';
import { GreenChannel } from '../green-channel/green-channel.js';
import { CaseView } from '../show-case/case.view.js';

export class AcceptBody extends CommandBody {
  @EnumField(levels, { description: 'Chooses the limit of the lead clock', example: 'general' })
  level!: Level;

  @CodeField({ max: 200, description: 'Category code; the one of the registration stands when absent', optional: true, example: '城乡建设/城市建设和市政管理/城市公共设施' })
  category?: string;

  @BooleanField({ description: "Expedited handling (绿色通道): halves the level's limit. Refused when the district's rules have none for this class, this caller or this month (`GET /api/v1/green-channel`)", optional: true, example: false })
  greenChannel?: boolean;

  @EnumField(demandKinds, { description: 'Kind of demand (诉求类型); the one that is known stands when absent', optional: true, example: 'complaint' })
  kind?: DemandKind;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class AcceptController {
  constructor(
    @Inject(CaseCommands) private readonly commands: CaseCommands,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
    @Inject(GreenChannel) private readonly greenChannel: GreenChannel,
  ) {}

  @Post(':caseId/accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept the demand (受理)', description: 'Only while it is registered.' })
  @ApiOkResponse({ type: CaseView })
  async accept(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: AcceptBody): Promise<CommandResult> {
    if (body.category != null) await this.directory.require('category', body.category, 'category');
    const command = { level: body.level, category: body.category ?? null, greenChannel: body.greenChannel ?? false, kind: body.kind ?? null };
    if (!command.greenChannel) return this.commands.execute(ctx, caseId, body, {}, (state) => accept(state, command));
    const rules = await this.greenChannel.rulesAt(body.occurredAt ?? new Date().toISOString());
    return this.commands.execute(ctx, caseId, body, {}, (state) => {
      const events = accept(state, command);
      requireGreenChannel(ctx.actor.role, command.category ?? state?.category ?? null, rules);
      return events;
    }, undefined, undefined, undefined, this.greenChannel.counting(rules.quota));
  }
}
