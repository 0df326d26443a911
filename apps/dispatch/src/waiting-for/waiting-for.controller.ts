import { noSuchCase } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Caller, CommandBus, DirectoryCopy, EVENT_STORE, IdParam, loadFacts, requireReach, SQL, Versioned } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { disputeRulesOf } from '../domain/dispute.js';
import { isKnown } from '../domain/facts.js';
import { waitingFor } from './waiting-for.question.js';
import { toWaiting, WaitingFor } from './waiting-for.view.js';

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class WaitingForController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'rules'>,
  ) {}

  @Get(':caseId/waiting-for')
  @ApiOperation({ summary: 'For whom the case waits, and since when', description: 'Empty before its acceptance and after its end.' })
  @ApiOkResponse({ type: WaitingFor })
  async show(@IdParam('caseId') caseId: string, @Caller() caller: Caller): Promise<Versioned> {
    const [history, { data: facts }, rules] = await Promise.all([this.store.read(caseId), loadFacts(this.sql, caseId, dispatchStream), this.directory.rules()]);
    if (!isKnown(facts) && history.length === 0) throw noSuchCase();
    const state = foldEvents(dispatchStream, history);
    requireReach(caller, { departments: state.workOrders.map(({ department }) => department), registeredBy: null });
    const at = new Date().toISOString();
    return new Versioned({ items: waitingFor(state, facts, disputeRulesOf(rules, facts, at), at).map(toWaiting) }, this.bus.etag(history.length));
  }
}
