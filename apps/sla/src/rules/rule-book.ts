import type { Tx } from '@lianban/event-store';
import { SQL } from '@lianban/service-kit';
import { calendarBook } from '@lianban/working-time';
import type { Calendar, CalendarBook } from '@lianban/working-time';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Policy } from '../domain/policies.js';
import type { Rules } from '../domain/react.js';
import { addShippedRules, loadCalendars, loadPolicies } from './rule-rows.js';

/** `calendar` is the district's. */
export interface CurrentRules extends Rules {
  readonly calendars: CalendarBook;
}

/** Policies and calendars of this process, read at its start; a row that is added later counts from the next start on. */
@Injectable()
export class RuleBook implements OnModuleInit {
  private book: { policies: readonly Policy[]; calendars: readonly Calendar[]; rules: CurrentRules } | undefined;

  constructor(@Inject(SQL) private readonly sql: Tx) {}

  async onModuleInit(): Promise<void> {
    await addShippedRules(this.sql);
    const [policies, calendars] = await Promise.all([loadPolicies(this.sql), loadCalendars(this.sql)]);
    const book = calendarBook(calendars.map((row) => ({ ...row, unit: null })));
    this.book = { policies, calendars, rules: { policies, calendar: book.for(null), calendars: book } };
  }

  get rules(): CurrentRules { return this.read().rules; }
  get policies(): readonly Policy[] { return this.read().policies; }
  calendar(year: number): Calendar | undefined { return this.read().calendars.find((row) => row.year === year); }

  private read() {
    if (!this.book) throw new Error('the rules are not loaded yet');
    return this.book;
  }
}
