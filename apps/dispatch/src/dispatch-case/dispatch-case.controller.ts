import type { MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import { CodeField, CodeListField, Command, CommandBody, CommandBus, DirectoryCopy, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { disputeRulesOf } from '../domain/dispute.js';
import { dispatch } from './dispatch-case.decider.js';
import { RoutingProposer } from '../propose-routing/routing-proposer.js';
import { DispatchedCaseView, dispatchedCase } from './dispatched-case.view.js';

export class DispatchBody extends CommandBody {
  @CodeField({ description: 'Department that leads (主办)', example: 'urban-management' })
  lead!: string;

  @CodeListField({ maxItems: 50, description: 'Departments that assist (协办)', optional: true, example: ['landscaping'] })
  assist?: string[];

  @TextField({ max: 20_000, description: 'For the departments', optional: true, example: 'The tree hides the lamp.' })
  note?: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class DispatchCaseController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'rules'>,
    @Inject(RoutingProposer) private readonly proposer: Pick<RoutingProposer, 'now'>,
  ) {}

  @Post(':caseId/dispatch')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Send the case to a lead and any assistants (派单)',
    description: 'Once it is accepted; again after the lead returned it, until it was returned too often (rule `returns-until-ruling`): then the coordinator rules. Assistants who stay on the list keep their open orders.',
  })
  @ApiCreatedResponse({ type: DispatchedCaseView })
  async dispatch(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: DispatchBody): Promise<CommandResult> {
    const assist = body.assist ?? [];
    await this.directory.require('department', body.lead, 'lead');
    for (const code of assist) await this.directory.require('department', code, 'assist');
    const rules = await this.directory.rules();
    const propose = await this.proposer.now();
    const command = {
      lead: body.lead, assist, note: body.note ?? null, workOrderIds: [body.lead, ...assist].map(() => newId()),
    };
    return this.bus.execute({
      ctx,
      streamId: caseId,
      status: 201,
      occurredAt: body.occurredAt,
      stream: dispatchStream,
      decide: ({ state, facts, at }) => dispatch(state, command, facts, disputeRulesOf(rules, facts, at), propose(facts.demand, at)),
      respond: ({ state, version }) => dispatchedCase(caseId, state, version),
    });
  }
}
