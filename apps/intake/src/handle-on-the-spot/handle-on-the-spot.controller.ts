import { Command, CommandBody, IdParam } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { handleOnTheSpot } from './handle-on-the-spot.decider.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class HandleOnTheSpotBody extends CommandBody {
  @OriginalTextField({ max: 20_000, description: 'What was done', example: 'The property firm tightened the tap within the hour.' })
  result!: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class HandleOnTheSpotController {
  constructor(@Inject(CaseCommands) private readonly commands: CaseCommands) {}

  @Post(':caseId/handle-on-the-spot')
  @HttpCode(200)
  @ApiOperation({ summary: 'Solve the demand at once (当场办结)', description: 'Before it is dispatched. Closes the case without a call-back.' })
  @ApiOkResponse({ type: CaseView })
  handle(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: HandleOnTheSpotBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { result: body.result }, (state, { result }, facts) =>
      handleOnTheSpot(state, { result }, facts));
  }
}
