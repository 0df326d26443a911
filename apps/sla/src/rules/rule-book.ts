import type { Tx } from '@lianban/event-store';
import { DirectoryCopy, SQL } from '@lianban/service-kit';
import { calendarBook } from '@lianban/working-time';
import type { UnitCalendar, WorkingCalendar } from '@lianban/working-time';
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Policy } from '../domain/policies.js';
import type { Rules } from '../domain/schedule-clock.js';
import { loadCalendars } from './calendar-rows.js';
import { holdRules, ruleRevision } from './rule-revision.js';
import { addShippedRules, loadPolicies } from './rule-rows.js';
import { ancestry } from './territories.js';

/** The directory copy looks for changes just as often. */
const territoriesEveryMs = 2_000;

/** `calendar` is the district's. */
export interface CurrentRules extends Rules {
  readonly calendar: WorkingCalendar;
}

interface Book {
  readonly revision: string;
  readonly policies: readonly Policy[];
  readonly calendars: readonly UnitCalendar[];
  readonly rules: CurrentRules;
}

/** The policies and calendars. What another process publishes counts here from the next transaction on. */
@Injectable()
export class RuleBook implements OnModuleInit {
  private book: Book | undefined;
  private ancestors = ancestry([]);
  private ancestorsAt = 0;

  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory?: Pick<DirectoryCopy, 'territories'>,
  ) {}

  async onModuleInit(): Promise<void> {
    await addShippedRules(this.sql);
    await this.readTerritories();
    await this.latest();
  }

  /** The rules for this transaction. Nobody can change them before it ends. Call this before you lock anything else. */
  readonly current = async (tx: Tx): Promise<CurrentRules> => {
    // Two statements, since the revision must be read after the wait for the lock.
    await holdRules(tx);
    // Not awaited: the directory uses another connection, and this transaction already holds one. Waiting could use up the pool.
    if (Date.now() - this.ancestorsAt > territoriesEveryMs) void this.readTerritories().catch(() => undefined);
    return (await this.read(tx)).rules;
  };

  /** The rules as they are now, for answers that change nothing. */
  async latest(): Promise<CurrentRules> {
    return (await this.read(this.sql)).rules;
  }

  /** The rules as this process last read them. */
  get rules(): CurrentRules { return this.known().rules; }
  get policies(): readonly Policy[] { return this.known().policies; }
  calendar(year: number, unit: string | null = null): UnitCalendar | undefined {
    return this.known().calendars.find((row) => row.year === year && row.unit === unit);
  }

  private async read(sql: Tx): Promise<Book> {
    const revision = await ruleRevision(sql);
    if (this.book?.revision === revision) return this.book;
    const [policies, calendars] = [await loadPolicies(sql), await loadCalendars(sql)];
    const book = calendarBook(calendars);
    this.book = { revision, policies, calendars, rules: { policies, calendar: book.for(null), calendars: book, territoriesOf: (code) => this.ancestors(code) } };
    return this.book;
  }

  private async readTerritories(): Promise<void> {
    this.ancestorsAt = Date.now();
    if (this.directory) this.ancestors = ancestry(await this.directory.territories());
  }

  private known(): Book {
    if (!this.book) throw new Error('the rules are not loaded yet');
    return this.book;
  }
}
