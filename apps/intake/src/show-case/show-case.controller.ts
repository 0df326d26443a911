import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Command, CommandBus, EVENT_STORE, IdParam, Roles, SQL, Versioned } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { intakeStream } from '../case-commands.js';
import { findContact } from '../requester/requester-vault.js';
import { CaseView, requireOwnCase, toCaseView } from './case-view.js';

/** Who talks to the requester and so needs to know how to reach them. */
const talkers = ['intake', 'callback', 'admin'];

@ApiTags('intake')
@Controller('api/v1/cases')
export class ShowCaseController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Get(':caseId')
  @Roles('requester', 'intake', 'coordinator', 'operator', 'callback', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'The case as intake knows it' })
  @ApiOkResponse({ type: CaseView })
  async show(@IdParam('caseId') caseId: string, @Command() { actor }: CommandContext): Promise<Versioned> {
    const history = await this.store.read(caseId);
    const state = foldEvents(intakeStream, history);
    requireOwnCase(actor, state);
    const contact = talkers.includes(actor.role) ? await findContact(this.sql, caseId) : undefined;
    return new Versioned(toCaseView(caseId, state, history.length, contact), this.bus.etag(history.length));
  }
}
