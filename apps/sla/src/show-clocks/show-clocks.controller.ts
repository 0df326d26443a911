import { DomainError } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Command, CommandBus, EVENT_STORE, IdParam, loadFacts, Roles, SQL, Versioned } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { clockFold } from '../clock-fold.js';
import { initialFacts } from '../domain/facts.js';
import { RuleBook } from '../rules/rule-book.js';
import { ClocksView, toClockView } from './clock-view.js';

@ApiTags('sla')
@Controller('api/v1/cases')
export class ShowClocksController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(RuleBook) private readonly book: RuleBook,
  ) {}

  @Get(':caseId/clocks')
  @Roles('requester', 'intake', 'coordinator', 'operator', 'callback', 'supervisor', 'analyst')
  @ApiOperation({ summary: 'Every clock of a case, in the order they started, each with how its due time came about' })
  @ApiOkResponse({ type: ClocksView })
  async show(@IdParam('caseId') caseId: string, @Command() { actor }: CommandContext): Promise<Versioned> {
    const facts = await loadFacts(this.sql, caseId, initialFacts);
    if (facts.version === 0) throw new DomainError('not-found', 'No such case is known here');
    if (actor.role === 'requester' && facts.data.registered?.by !== actor.id) {
      throw new DomainError('forbidden', 'This case was registered by someone else');
    }
    // The events themselves, not a copy of them: a due time is a fold.
    const history = await this.store.read(caseId);
    const { clocks } = foldEvents(clockFold, history);
    return new Versioned({ caseId, version: history.length, items: clocks.map((clock) => toClockView(clock, this.book.rules.calendars)) } satisfies ClocksView, this.bus.etag(history.length));
  }
}
