import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Caller, CommandBus, EVENT_STORE, IdParam, requireReach, SQL, Versioned } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { known } from '../domain/case-in-status.js';
import { intakeStream } from '../intake-stream.js';
import { CaseRelations } from '../reach/case-relations.js';
import { departmentsIn, readsAll, readsContact } from '../reach/reach.js';
import { findContact } from '../requester/requester-vault.js';
import { CaseView, toCaseView } from './case.view.js';

@ApiTags('intake')
@Controller('api/v1/cases')
export class ShowCaseController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(CaseRelations) private readonly relations: Pick<CaseRelations, 'of'>,
  ) {}

  @Get(':caseId')
  @ApiOperation({
    summary: 'The case as intake knows it',
    description: 'A requester reads what their own account registered; operators and heads the cases in which their department has or had a work order. Name, phone and address are for intake, and for call-back agents while a call-back is due.',
  })
  @ApiOkResponse({ type: CaseView })
  async show(@IdParam('caseId') caseId: string, @Caller() caller: Caller): Promise<Versioned> {
    const history = await this.store.read(caseId);
    const state = known(foldEvents(intakeStream, history));
    const { registeredBy, mergedInto } = state;
    const relations = await this.relations.of(caseId, mergedInto === null ? [caseId] : [caseId, mergedInto], (heard) => readsAll(caller, heard, registeredBy));
    requireReach(caller, { departments: departmentsIn(relations), registeredBy });
    const contact = readsContact(caller.actor, relations) ? await findContact(this.sql, caseId) : undefined;
    return new Versioned(toCaseView(caseId, state, history.length, contact), this.bus.etag(history.length));
  }
}
