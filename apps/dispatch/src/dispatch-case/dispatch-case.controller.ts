import type { MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import { CodeField, Command, CommandBus, DirectoryCopy, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AssistBody, assistIn } from '../assistants/assist.body.js';
import { dispatchStream } from '../dispatch-stream.js';
import { disputeRulesOf } from '../domain/dispute.js';
import { requireOwnLimits, roundOf } from '../domain/send-out.js';
import { dispatch } from './dispatch-case.decider.js';
import { RoutingProposer } from '../propose-routing/routing-proposer.js';
import { DispatchedCaseView, dispatchedCase } from './dispatched-case.view.js';

export class DispatchBody extends AssistBody {
  @CodeField({ description: 'Department that leads (主办)', example: 'urban-management' })
  lead!: string;

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
    await this.directory.require('department', body.lead, 'lead');
    const { assist, terms } = await assistIn(body, this.directory);
    const rules = await this.directory.rules();
    const propose = await this.proposer.now();
    const command = {
      lead: body.lead, assist, terms, note: body.note ?? null, workOrderIds: [body.lead, ...assist].map(() => newId()),
    };
    return this.bus.execute({
      ctx,
      streamId: caseId,
      status: 201,
      occurredAt: body.occurredAt,
      stream: dispatchStream,
      decide: ({ state, facts, at }) => {
        const events = dispatch(state, command, facts, disputeRulesOf(rules, facts, at), propose(facts.demand, at));
        requireOwnLimits(assist, terms.until, roundOf(state, facts), facts, at);
        return events;
      },
      respond: ({ state, version }) => dispatchedCase(caseId, state, version),
    });
  }
}
