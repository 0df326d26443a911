import { DomainError, refusedField } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { CodeField, Command, CommandBus, DirectoryCopy, SQL } from '@lianban/service-kit';
import type { CommandContext, CommandResult, Aggregate } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, Inject, Param, Put, Query } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { evolveVersions, initialVersions, publishCalendar } from './publish-calendar.decider.js';
import type { CalendarEvent, CalendarVersions } from './publish-calendar.decider.js';
import { scheduleRecompute } from '../recompute/schedule-recompute.js';
import { addCalendar, loadVersions } from '../rules/calendar-rows.js';
import { lockRules } from '../rules/rule-revision.js';
import { CalendarBody, CalendarHistoryView, CalendarView, toCalendarView } from './calendar.views.js';

class UnitQuery {
  @CodeField({ description: 'Handling unit with a calendar of its own; absent: the district', optional: true })
  unit?: string;
}

const yearPipe: PipeTransform<string, number> = {
  transform(text) {
    if (/^\d{4}$/.test(text)) return Number(text);
    throw refusedField('year', say('must-be-year'));
  },
};
const year = { name: 'year', schema: { type: 'integer', minimum: 1000, maximum: 9999 }, example: 2027 } as const;

const calendarStream: Aggregate<CalendarVersions> = {
  initialState: initialVersions,
  evolve: (state, event: EventEnvelope) => evolveVersions(state, event as EventEnvelope<CalendarEvent>),
};

@ApiTags('sla')
@Controller('api/v1/sla/calendars')
export class CalendarController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Put(':year')
  @ApiOperation({
    summary: 'Publish a year of the working calendar, or supersede it by a new version',
    description: 'Every open case it may touch is computed anew; a due time that was provisional becomes final. The version in force, put again, changes nothing.',
  })
  @ApiParam(year)
  @ApiOkResponse({ type: CalendarView })
  async publish(@Param('year', yearPipe) year: number, @Query() { unit: asked }: UnitQuery, @Command() ctx: CommandContext, @Body() body: CalendarBody): Promise<CommandResult> {
    const unit = asked ?? null;
    if (unit !== null) await this.directory.require('department', unit, 'unit');
    const { version, workingHours, holidays, makeUpDays } = body;
    const calendar = { year, unit, version, workingHours: workingHours.map(({ from, to }) => ({ from, to })), holidays, makeUpDays };
    // The shipped version has no event. It never changes while the service runs.
    const shipped = (await loadVersions(this.sql, unit, year)).filter(({ publishedAt }) => publishedAt === null);
    return this.bus.execute({
      ctx,
      streamId: `calendar/${unit ?? '-'}/${year}`,
      stream: calendarStream,
      decide: ({ state }) => publishCalendar(state, calendar, shipped),
      alongside: async (tx, { events }) => {
        await lockRules(tx);
        for (const event of events as EventEnvelope<CalendarEvent>[]) {
          await addCalendar(tx, event);
          await scheduleRecompute(tx, { causeId: event.metadata.id, year });
        }
      },
      respond: () => toCalendarView({ ...calendar, publishedAt: null, publishedBy: null }),
    });
  }

  @Get(':year')
  @ApiOperation({ summary: 'The working calendar of a year that is in force', description: 'With a unit: its own, or none.' })
  @ApiParam(year)
  @ApiOkResponse({ type: CalendarView })
  async show(@Param('year', yearPipe) year: number, @Query() { unit }: UnitQuery): Promise<CalendarView> {
    const [inForce] = (await this.versions(year, unit)).slice(-1);
    if (!inForce) throw missing(year, unit);
    return toCalendarView(inForce);
  }

  @Get(':year/history')
  @ApiOperation({ summary: 'Every version of a year, with who published it and when' })
  @ApiParam(year)
  @ApiOkResponse({ type: CalendarHistoryView })
  async history(@Param('year', yearPipe) year: number, @Query() { unit }: UnitQuery): Promise<CalendarHistoryView> {
    return { items: (await this.versions(year, unit)).map(toCalendarView) };
  }

  private async versions(year: number, unit: string | undefined) {
    const versions = await loadVersions(this.sql, unit ?? null, year);
    if (versions.length === 0) throw missing(year, unit);
    return versions;
  }
}

const missing = (year: number, unit: string | undefined): DomainError =>
  new DomainError('not-found', unit === undefined ? say('no-calendar', { year }) : say('no-calendar-of-unit', { year, unit }));
