import { type Actor, definitionOf, roles, sources } from '@lianban/contracts';
import type { Tx } from '@lianban/projections';
import { Caller, CONFIG, IdParam, ReaderLanguage, requireReach, shownActor } from '@lianban/service-kit';
import type { ServiceConfig } from '@lianban/service-kit';
import type { Language } from '@lianban/texts';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { READER } from '../reader.js';
import { present } from '../views/shown.js';
import { noSuchCaseYet } from './no-such-case.js';

export class TimelineActor {
  @ApiProperty({ description: 'Id of a person, `p-…`, or name of a service; never an account or a person\'s name' }) id!: string;
  @ApiProperty({ enum: roles }) role!: string;
  @ApiPropertyOptional({ type: String }) department?: string;
  @ApiPropertyOptional({ type: String }) territory?: string;
}

export class TimelineEntry {
  @ApiProperty({ format: 'uuid' }) eventId!: string;
  @ApiProperty({ example: 'lianban.case.registered.v1' }) type!: string;
  @ApiProperty({ description: 'What that means, in a sentence; in the language of `Accept-Language`, `en` or `zh`' }) summary!: string;
  @ApiProperty({ type: String, format: 'date-time' }) occurredAt!: Date;
  @ApiProperty({ type: String, format: 'date-time' }) recordedAt!: Date;
  @ApiProperty({ enum: sources }) service!: string;
  @ApiProperty({ type: 'integer', description: "Position among that service's events about the case" }) version!: number;
  @ApiProperty({ type: TimelineActor }) actor!: TimelineActor;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'In the shape of the type\'s JSON Schema' }) data!: object;
}

export class Timeline {
  @ApiProperty({ type: [TimelineEntry] }) items!: TimelineEntry[];
}

type Row = Omit<TimelineEntry, 'summary' | 'actor'> & { actor: Actor };

@ApiTags('insight')
@Controller('api/v1/insight/cases')
export class TimelineController {
  constructor(@Inject(READER) private readonly sql: Tx, @Inject(CONFIG) private readonly config: ServiceConfig) {}

  @Get(':caseId/timeline')
  @ApiOperation({ summary: 'What happened to a case, in order', description: 'Operators and heads read the cases in which their department has or had a work order.' })
  @ApiOkResponse({ type: Timeline })
  async timeline(@IdParam('caseId') caseId: string, @Caller() caller: Caller, @ReaderLanguage() language: Language): Promise<Timeline> {
    const { rows } = await this.sql.query<Row>(
      `SELECT event_id AS "eventId", type, occurred_at AS "occurredAt", recorded_at AS "recordedAt", source AS service, stream_version AS version, actor, data
         FROM timeline WHERE case_id = $1 ORDER BY occurred_at, recorded_at, source, stream_version`,
      [caseId],
    );
    const issued = rows.filter(({ type }) => type.startsWith('lianban.work-order.issued.')).map(({ data }) => (data as { department: string }).department);
    if (rows.length === 0) throw noSuchCaseYet();
    requireReach(caller, { departments: issued, registeredBy: null });
    return {
      items: rows.map(({ actor, ...row }) => ({ ...row, summary: definitionOf(row.type)?.summary[language] ?? row.type, actor: present(shownActor(this.config, actor)) as TimelineActor })),
    };
  }
}
