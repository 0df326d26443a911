import type { MaskedText } from '@lianban/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { CodeField, EnumField, TextField } from '../http/fields.js';
import { PageOf, PageQuery } from '../http/paging.js';

export const parkReasons = ['failed', 'unreadable', 'gap', 'waiting'] as const;
export const actOutcomes = ['skipped', 'applied', 'still-failing'] as const;

const reasonWords = '`failed`: its handler refused it; `unreadable`: a version this build does not know, or a broken payload; `gap`: an earlier version has not arrived; `waiting`: behind another of its case';
const textOrNull = (description: string) => ({ type: String, nullable: true, description });

export class ParkedEventsQuery extends PageQuery {
  @EnumField(parkReasons, { description: 'Those parked for this reason; when absent all but `waiting`', optional: true, example: 'failed' })
  reason?: (typeof parkReasons)[number];

  @CodeField({ description: 'Those of this case, the waiting ones too; in the directory its code', optional: true, max: 200 })
  caseId?: string;
}

export class ParkedTrailQuery extends PageQuery {
  @EnumField(actOutcomes, { description: 'What came of it', optional: true, example: 'skipped' })
  outcome?: (typeof actOutcomes)[number];

  @CodeField({ description: 'Of this case; in the directory its code', optional: true, max: 200 })
  caseId?: string;
}

export class RetryBody {
  @TextField({ description: 'Why; kept in the trail', max: 500, optional: true, example: 'The department is back in the directory' })
  reason?: MaskedText;
}

export class SkipBody {
  @TextField({ description: 'Why its effect may be missing; kept in the trail', max: 500, example: 'Entered twice; the second case is the right one' })
  reason!: MaskedText;
}

/** What every answer tells of the event itself. */
class EventOfCase {
  @ApiProperty({ description: 'Reader that parked it', example: 'dispatch' })
  consumer!: string;

  @ApiProperty({ description: 'In the directory the code' })
  caseId!: string;

  @ApiProperty({ example: 'lianban.case.accepted.v1' })
  type!: string;

  @ApiProperty({ description: 'Service that wrote it', example: 'intake' })
  source!: string;

  @ApiProperty({ type: 'integer', description: 'Position in the stream of its source' })
  version!: number;

  @ApiProperty({ enum: parkReasons, description: reasonWords })
  reason!: string;

  @ApiProperty(textOrNull('Why it was parked'))
  error!: string | null;

  @ApiProperty({ type: 'integer' })
  attempts!: number;
}

export class ParkedEventView extends EventOfCase {
  @ApiProperty({ format: 'uuid' })
  parkedEventId!: string;

  @ApiProperty({ format: 'date-time' })
  parkedAt!: string;

  @ApiProperty({ type: 'integer', description: 'Other parked events of the case; 1000 means that or more' })
  waiting!: number;
}

export class ParkedEventDetails extends ParkedEventView {
  @ApiProperty({ example: 'lianban.case' })
  topic!: string;

  @ApiProperty({ type: 'integer' })
  partition!: number;

  @ApiProperty({ description: 'When it was parked' })
  offset!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  headers!: Record<string, string>;

  @ApiProperty({ description: 'As it came, read as UTF-8' })
  payload!: string;
}

export class ParkedEventPage extends PageOf(ParkedEventView) {}

export class ParkedActView {
  @ApiProperty({ format: 'uuid' })
  parkedEventId!: string;

  @ApiProperty({ enum: actOutcomes })
  outcome!: string;

  @ApiProperty(textOrNull('Why it still fails'))
  error!: string | null;

  @ApiProperty({ type: 'integer', description: 'Other parked events of the case, which follow by themselves now unless it still fails; 1000 means that or more' })
  waiting!: number;
}

export class TrailEntry extends EventOfCase {
  @ApiProperty({ format: 'uuid' })
  trailId!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty(textOrNull('Who asked for it'))
  actor!: string | null;

  @ApiProperty(textOrNull('Their role'))
  role!: string | null;

  @ApiProperty(textOrNull('Their reason'))
  why!: string | null;

  @ApiProperty({ enum: actOutcomes })
  outcome!: string;

  @ApiProperty(textOrNull('Why it still failed'))
  newError!: string | null;
}

export class TrailPage extends PageOf(TrailEntry) {}
