import type { MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import { CodeField, CodeListField, Command, CommandBody, CommandBus, DirectoryCopy, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DispatchedCaseView, dispatchedCase } from '../dispatch-case/dispatched-case.view.js';
import { dispatchStream } from '../dispatch-stream.js';
import { rule } from './rule.decider.js';

export class RulingBody extends CommandBody {
  @CodeField({ description: 'Department that leads from now on', example: 'housing' })
  lead!: string;

  @CodeListField({ maxItems: 50, description: 'Departments that assist', optional: true, example: ['urban-management'] })
  assist?: string[];

  @TextField({ max: 20_000, description: 'On what the ruling rests', example: 'Article 4 of the property rules names the housing bureau.' })
  basis!: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class RuleController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
  ) {}

  @Post(':caseId/ruling')
  @ApiOperation({
    summary: 'Rule who handles a disputed case (争议裁定)',
    description: 'At any time between acceptance and answer; after the second return of a case nothing else sends it on. It takes the case from a lead that has it. The lead it names can not return it. '
      + 'Assistants who stay on the list keep their open orders.',
  })
  @ApiCreatedResponse({ type: DispatchedCaseView })
  async rule(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: RulingBody): Promise<CommandResult> {
    const assist = body.assist ?? [];
    await this.directory.require('department', body.lead, 'lead');
    for (const code of assist) await this.directory.require('department', code, 'assist');
    const command = { rulingId: newId(), lead: body.lead, assist, basis: body.basis, workOrderIds: [body.lead, ...assist].map(() => newId()) };
    return this.bus.execute({
      ctx, streamId: caseId, status: 201, occurredAt: body.occurredAt, stream: dispatchStream,
      decide: ({ state, facts }) => rule(state, command, facts),
      respond: ({ state, version }) => dispatchedCase(caseId, state, version),
    });
  }
}
