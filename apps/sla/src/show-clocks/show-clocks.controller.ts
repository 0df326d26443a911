import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Caller, CommandBus, EVENT_STORE, IdParam, SQL, Versioned } from '@lianban/service-kit';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { clockFold } from '../clock-stream.js';
import { RuleBook } from '../rules/rule-book.js';
import { ClocksView, toClockView } from './clock.view.js';
import { readableFacts } from './readable-facts.js';

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
  @ApiOperation({ summary: 'Every clock of a case, in the order they started, each with how its due time came about' })
  @ApiOkResponse({ type: ClocksView })
  async show(@IdParam('caseId') caseId: string, @Caller() caller: Caller): Promise<Versioned> {
    await readableFacts(this.sql, caseId, caller);
    // Reads the events, not a read model: a due time is a fold of them.
    const history = await this.store.read(caseId);
    const { clocks } = foldEvents(clockFold, history);
    return new Versioned({ caseId, version: history.length, items: clocks.map((clock) => toClockView(clock, this.book.rules.calendars)) } satisfies ClocksView, this.bus.etag(history.length));
  }
}
