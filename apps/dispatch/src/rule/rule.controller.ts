import type { EventByType, EventEnvelope, MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CodeField, CodeListField, Command, CommandBus, DirectoryCopy, EVENT_STORE, IdParam, NoPersonalNumber, TextField, UuidField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AssistBody, assistIn } from '../assistants/assist.body.js';
import { DispatchedCaseView, dispatchedCase } from '../dispatch-case/dispatched-case.view.js';
import { dispatchStream } from '../dispatch-stream.js';
import { requireOwnLimits, roundOf } from '../domain/send-out.js';
import { addPrecedent, dropPrecedent } from '../responsibility-list/precedents.js';
import { quotedRow } from '../responsibility-list/responsibilities.controller.js';
import { requireQuotable } from '../responsibility-list/responsibility.decider.js';
import { rule } from './rule.decider.js';

export class RulingBody extends AssistBody {
  @CodeField({ description: 'Department that leads from now on', example: 'housing' })
  lead!: string;

  @TextField({ max: 20_000, description: 'On what the ruling rests', example: 'Article 4 of the property rules names the housing bureau.' })
  basis!: MaskedText;

  @UuidField({ description: 'The row of the responsibility list that it quotes; it names the lead and is in force', optional: true })
  responsibilityId?: string;

  @CodeListField({ maxItems: 50, description: 'Words in demands that this is a precedent for, beside the category of the case', optional: true, example: ['外墙'] })
  @NoPersonalNumber()
  words?: string[];
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class RuleController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'responsibilities' | 'territory'>,
  ) {}

  @Post(':caseId/ruling')
  @ApiOperation({
    summary: 'Rule who handles a disputed case (争议裁定)',
    description: 'At any time between acceptance and answer; after the second return of a case nothing else sends it on. It takes the case from a lead that has it. The lead it names can not return it. '
      + 'Assistants who stay on the list keep their open orders. It becomes a precedent of the responsibility list by itself; a later ruling on the case, or an objection that is upheld, ends that row.',
  })
  @ApiCreatedResponse({ type: DispatchedCaseView })
  async rule(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: RulingBody): Promise<CommandResult> {
    await this.directory.require('department', body.lead, 'lead');
    const { assist, terms } = await assistIn(body, this.directory);
    const quoted = body.responsibilityId == null ? undefined : await quotedRow(this.directory, body.responsibilityId);
    const command = { rulingId: newId(), lead: body.lead, assist, terms, basis: body.basis, responsibilityId: quoted?.responsibilityId, workOrderIds: [body.lead, ...assist].map(() => newId()) };
    let overruled: string | undefined;
    return this.bus.execute({
      ctx, streamId: caseId, status: 201, occurredAt: body.occurredAt, stream: dispatchStream,
      decide: ({ state, facts, at }) => {
        if (quoted) requireQuotable(quoted, command.lead, at);
        overruled = state.ruling?.rulingId;
        const events = rule(state, command, facts);
        requireOwnLimits(assist, terms.until, roundOf(state, facts), facts, at);
        return events;
      },
      alongside: async (tx, { events, facts }) => {
        const ruled = events.find(({ type }) => type === 'lianban.case.ruled.v1') as EventEnvelope<EventByType<'lianban.case.ruled.v1'>> | undefined;
        if (!ruled) return;
        if (overruled !== undefined) await dropPrecedent(this.store, tx, overruled, ruled, command.basis);
        await addPrecedent(this.store, tx, ruled, facts, facts.demand ? await this.directory.territory(facts.demand.territory) : undefined, body.words ?? []);
      },
      respond: ({ state, version }) => dispatchedCase(caseId, state, version),
    });
  }
}
