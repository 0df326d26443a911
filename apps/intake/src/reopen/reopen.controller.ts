import { Command, CommandBody, IdParam } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { reopen } from './reopen.decider.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class ReopenBody extends CommandBody {
  @OriginalTextField({ max: 20_000, description: 'Why', example: 'The lamp is dark again.' })
  reason!: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class ReopenController {
  constructor(@Inject(CaseCommands) private readonly commands: CaseCommands) {}

  @Post(':caseId/reopen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open a case again that has ended', description: 'One that was closed or withdrawn; a refused demand is registered anew. It is handled in a new round with clocks of its own; earlier verdicts stay.' })
  @ApiOkResponse({ type: CaseView })
  reopen(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: ReopenBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { reason: body.reason }, (state, { reason }) => reopen(state, { reason }));
  }
}
