import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Caller, EVENT_STORE, IdParam, SQL } from '@lianban/service-kit';
import { toInstant } from '@lianban/working-time';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { idsOf } from '../clock-ids.js';
import { clockFold } from '../clock-stream.js';
import { segmentsOf, timeByHolder } from '../domain/clock-strip.js';
import { plansOf } from '../domain/schedule-clock.js';
import { RuleBook } from '../rules/rule-book.js';
import { readableFacts } from '../show-clocks/readable-facts.js';
import { ClockStripsView } from './strip.views.js';
import type { ClockStripView } from './strip.views.js';

@ApiTags('sla')
@Controller('api/v1/cases')
export class ShowStripController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(RuleBook) private readonly book: RuleBook,
  ) {}

  @Get(':caseId/clock-strip')
  @ApiOperation({
    summary: 'The clocks of a case as strips: what counted, what was held, who had it',
    description: 'Open clocks are drawn up to `at`, the moment of the answer. Time that waits for the requester, is held, or in dispute stands apart from the rest.',
  })
  @ApiOkResponse({ type: ClockStripsView })
  async show(@IdParam('caseId') caseId: string, @Caller() caller: Caller): Promise<ClockStripsView> {
    const facts = await readableFacts(this.sql, caseId, caller);
    const { clocks } = foldEvents(clockFold, await this.store.read(caseId));
    const plans = new Map(plansOf(facts, this.book.rules, idsOf(caseId).clock).map((plan) => [plan.clockId, plan]));
    const at = toInstant(Date.now());
    const { calendars } = this.book.rules;
    const items = clocks.flatMap((clock): ClockStripView[] => {
      const plan = plans.get(clock.clockId);
      if (!plan) return [];
      const drawn = [clock, plan, facts, calendars.for(clock.derivation.calendarUnit), at] as const;
      const { clockId, kind, round, milestone, status, startedAt, warnAt, dueAt, provisional, stoppedAt } = clock;
      return [{
        clockId, kind, round, ...(milestone === null ? {} : { milestone }), status, time: clock.derivation.limit.kind, startedAt, warnAt, dueAt, provisional,
        ...(status === 'breached' ? { breachedAt: dueAt } : {}), ...(stoppedAt === null ? {} : { stoppedAt }), segments: segmentsOf(...drawn), holders: timeByHolder(...drawn),
      }];
    });
    return { caseId, at, items };
  }
}
