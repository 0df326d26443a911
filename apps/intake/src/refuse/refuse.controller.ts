import { refusalReasons } from '@lianban/contracts';
import type { RefusalReason } from '@lianban/contracts';
import { Command, CommandBody, EnumField, IdParam } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { refuse } from './refuse.decider.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class RefuseBody extends CommandBody {
  @EnumField(refusalReasons, { description: 'Why, by the published rules', example: 'in-legal-procedure' })
  reason!: RefusalReason;

  @OriginalTextField({ max: 20_000, description: 'Text for the requester', example: 'The matter is before the court; please follow the proceedings there.' })
  text!: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class RefuseController {
  constructor(@Inject(CaseCommands) private readonly commands: CaseCommands) {}

  @Post(':caseId/refuse')
  @HttpCode(200)
  @ApiOperation({ summary: 'Refuse the demand (不予受理)', description: 'Only while it is registered. The text counts as the first contact.' })
  @ApiOkResponse({ type: CaseView })
  refuse(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: RefuseBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { text: body.text }, (state, { text }) => refuse(state, { reason: body.reason, text }));
  }
}
