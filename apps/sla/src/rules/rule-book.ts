import type { Tx } from '@lianban/event-store';
import { SQL } from '@lianban/service-kit';
import { workingCalendar } from '@lianban/working-time';
import type { Calendar } from '@lianban/working-time';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Policy } from '../domain/policies.js';
import type { Rules } from '../domain/react.js';
import { addShippedRules, loadCalendars, loadPolicies } from './rule-rows.js';

/** Policies and calendars of this process, read at its start; a row that is added later counts from the next start on. */
@Injectable()
export class RuleBook implements OnModuleInit {
  private book: { policies: readonly Policy[]; calendars: readonly Calendar[]; rules: Rules } | undefined;

  constructor(@Inject(SQL) private readonly sql: Tx) {}

  async onModuleInit(): Promise<void> {
    await addShippedRules(this.sql);
    const [policies, calendars] = await Promise.all([loadPolicies(this.sql), loadCalendars(this.sql)]);
    this.book = { policies, calendars, rules: { policies, calendar: workingCalendar(calendars) } };
  }

  get rules(): Rules { return this.read().rules; }
  get policies(): readonly Policy[] { return this.read().policies; }
  calendar(year: number): Calendar | undefined { return this.read().calendars.find((row) => row.year === year); }

  private read() {
    if (!this.book) throw new Error('the rules are not loaded yet');
    return this.book;
  }
}
