import { setImmediate } from 'node:timers/promises';
import { clockKinds } from '@lianban/contracts';
import type { ClockKind } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { CodeField, Caller, EVENT_STORE, requireOwnDepartment, SQL, UnmaskedField } from '@lianban/service-kit';
import { timeKinds, toInstant } from '@lianban/working-time';
import type { TimeKind } from '@lianban/working-time';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { idsOf } from '../clock-ids.js';
import { clockFold } from '../clock-stream.js';
import { addCase } from './holder-times.question.js';
import type { HolderSum } from './holder-times.question.js';
import { casesOfMonth, monthBounds } from '../month/registered-cases.js';
import { RuleBook } from '../rules/rule-book.js';
import { StateMinutesView } from '../show-strip/strip.views.js';

export class HolderTimesQuery {
  @UnmaskedField({ max: 7, description: 'Month of registration, `YYYY-MM`, in China time', example: '2026-11' })
  month!: string;

  @CodeField({ description: 'Only this handling unit', optional: true, example: 'urban-management' })
  department?: string;
}

export class HolderSumView {
  @ApiPropertyOptional({ type: String, example: 'urban-management', description: 'Who had it; absent: nobody of a handling unit' }) holder?: string;
  @ApiProperty({ enum: clockKinds }) kind!: ClockKind;
  @ApiProperty({ enum: timeKinds, description: 'What its minutes are: working (工作时间) or elapsed (自然时间)' }) time!: TimeKind;
  @ApiProperty({ type: 'integer', description: 'How many clocks' }) clocks!: number;
  @ApiProperty({ type: StateMinutesView }) minutes!: StateMinutesView;
  @ApiProperty({ type: Number, description: 'Of the counted and disputed minutes, those after the due time' }) overdueMinutes!: number;
}

export class HolderTimesView {
  @ApiProperty({ example: '2026-11' }) month!: string;
  @ApiProperty({ type: String, format: 'date-time', description: 'Up to when open clocks are counted' }) at!: string;
  @ApiProperty({ type: 'integer', description: 'Cases registered in the month' }) cases!: number;
  @ApiProperty({ type: [HolderSumView], description: 'By holder and kind of clock' }) items!: HolderSumView[];
}

@ApiTags('sla')
@Controller('api/v1/sla/holder-times')
export class HolderTimesController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'readMany'>,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(RuleBook) private readonly book: Pick<RuleBook, 'latest'>,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Whose time it was: minutes of a month by holder',
    description: 'The clocks of the cases registered in the month, added up as their strips show them: counted, in dispute, held, waiting for the requester. Operators and heads see their own unit and name it.',
  })
  @ApiOkResponse({ type: HolderTimesView })
  async show(@Query() { month, department }: HolderTimesQuery, @Caller() caller: Caller): Promise<HolderTimesView> {
    requireOwnDepartment(caller, department ?? 'every handling unit');
    monthBounds(month);
    const rules = await this.book.latest();
    const at = toInstant(Date.now());
    const sums = new Map<string, HolderSum>();
    let cases = 0;
    for await (const batch of casesOfMonth(this.sql, month)) {
      const streams = await this.store.readMany(batch.map(({ caseId }) => caseId));
      for (const { caseId, facts } of batch) {
        // Lets other requests and reactions run in between.
        if ((cases += 1) % 20 === 0) await setImmediate();
        addCase(sums, foldEvents(clockFold, streams.get(caseId) ?? []), facts, rules, at, idsOf(caseId).clock);
      }
    }
    const items = [...sums.values()].filter(({ holder }) => department === undefined || holder === department).sort(byHolder);
    return { month, at, cases, items: items.map(({ holder, ...rest }) => ({ ...(holder === null ? {} : { holder }), ...rest })) };
  }
}

const byHolder = (a: HolderSum, b: HolderSum): number => (a.holder ?? '').localeCompare(b.holder ?? '') || clockKinds.indexOf(a.kind) - clockKinds.indexOf(b.kind);
