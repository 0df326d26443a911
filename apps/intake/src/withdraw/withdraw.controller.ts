import { Command, CommandBody, IdParam, requireReach } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { withdraw } from './withdraw.decider.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class WithdrawBody extends CommandBody {
  @OriginalTextField({ max: 20_000, description: 'Why', optional: true, example: 'Solved among neighbours.' })
  reason?: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class WithdrawController {
  constructor(@Inject(CaseCommands) private readonly commands: CaseCommands) {}

  @Post(':caseId/withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: 'The requester withdraws the demand', description: 'Until it has ended. A requester withdraws only their own.' })
  @ApiBody({ type: WithdrawBody, required: false })
  @ApiOkResponse({ type: CaseView })
  withdraw(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: WithdrawBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { reason: body.reason ?? null }, (state, { reason }) => {
      if (state !== null) requireReach(ctx, { departments: [], registeredBy: state.registeredBy });
      return withdraw(state, { reason });
    });
  }
}
