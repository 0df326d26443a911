import { Command, CommandBody, IdParam, UuidField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseCommands } from '../case-commands.js';
import { joinDemand, leaveDemand, merge, unmerge } from './merge.decider.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

const into = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a02';

export class MergeBody extends CommandBody {
  @UuidField({ description: 'The case that answers this demand too', example: into })
  intoCaseId!: string;

  @OriginalTextField({ max: 20_000, description: 'Why', optional: true, example: 'The same lamp.' })
  reason?: OriginalText;
}

export class UnmergeBody extends CommandBody {
  @UuidField({ description: 'The case it is merged into, to be sure of it', optional: true, example: into })
  intoCaseId?: string;

  @OriginalTextField({ max: 20_000, description: 'Why', optional: true, example: 'Another lamp after all.' })
  reason?: OriginalText;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class MergeController {
  constructor(@Inject(CaseCommands) private readonly commands: CaseCommands) {}

  @Post(':caseId/merge')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Merge the case into another one (并案)',
    description: 'Until either has ended. The case ends as `merged`, its work orders and clocks with it; its requester is called back for the other case, which closes when all its demands are settled. A case that others have joined can not be merged, refused or withdrawn.',
  })
  @ApiOkResponse({ type: CaseView })
  merge(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: MergeBody): Promise<CommandResult> {
    const { intoCaseId } = body;
    return this.commands.execute(ctx, caseId, body, { reason: body.reason ?? null }, (state, { reason }) => merge(state, { caseId, intoCaseId, reason }), {
      caseId: intoCaseId,
      caseIdIn: () => intoCaseId,
      decide: (other, { caseNo, title }) => joinDemand(other, { caseId, caseNo, title }),
    });
  }

  @Post(':caseId/unmerge')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Undo a merging',
    description: 'Also when the other case has ended since. The case goes on in the round it was in: it is dispatched anew if it had been, a call-back that was due is due again, and its clocks go on without the time it was merged.',
  })
  @ApiBody({ type: UnmergeBody, required: false })
  @ApiOkResponse({ type: CaseView })
  unmerge(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: UnmergeBody): Promise<CommandResult> {
    return this.commands.execute(ctx, caseId, body, { reason: body.reason ?? null }, (state, { reason }, facts) => unmerge(state, { intoCaseId: body.intoCaseId ?? null, reason }, facts), {
      caseIdIn: (event) => (event.type === 'lianban.case.unmerged.v1' ? event.data.fromCaseId : ''),
      decide: (other, _, facts) => leaveDemand(other, caseId, facts),
    });
  }
}
