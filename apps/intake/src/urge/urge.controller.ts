import { Command, CommandBody, IdParam, requireReach } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';
import { supplement, urge } from './urge.decider.js';

export class UrgeBody extends CommandBody {
  @OriginalTextField({ max: 20_000, description: 'What was said', optional: true, example: 'Two weeks have passed. When will somebody come?' })
  text?: OriginalText;
}

export class SupplementBody extends CommandBody {
  @OriginalTextField({ max: 10_000, description: 'What is added', example: 'The second lamp has gone out too.' })
  text!: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class UrgeController {
  constructor(@Inject(CaseCommands) private readonly commands: CaseCommands) {}

  @Post(':caseId/urge')
  @HttpCode(200)
  @ApiOperation({ summary: 'The requester urges (催单)', description: 'On an open case: by the requester, or by intake for them. Counted, shown in the inbox of the units, and each unit with an open work order gets a notice.' })
  @ApiBody({ type: UrgeBody, required: false })
  @ApiOkResponse({ type: CaseView })
  urge(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: UrgeBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { text: body.text ?? null }, (state, { text }) => {
      if (state !== null) requireReach(ctx, { departments: [], registeredBy: state.registeredBy });
      return urge(state, { text });
    });
  }

  @Post(':caseId/supplement')
  @HttpCode(200)
  @ApiOperation({ summary: 'The requester adds something (补充)', description: 'To an open case: by the requester, or by intake for them. What was registered stays as it is.' })
  @ApiOkResponse({ type: CaseView })
  supplement(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: SupplementBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { text: body.text }, (state, { text }) => {
      if (state !== null) requireReach(ctx, { departments: [], registeredBy: state.registeredBy });
      return supplement(state, { text });
    });
  }
}
