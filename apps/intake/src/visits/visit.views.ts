import { postKinds } from '@lianban/contracts';
import type { Post } from '@lianban/contracts';
import { CodeField, DayOrInstantField, PageOf, PageQuery, UuidField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { VisitRow } from './visit-rows.js';

export class FoundCaseView {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiProperty({ description: 'Number for people', example: 'LB20260209-000001' }) caseNo!: string;
}

export class RecordedVisitView {
  @ApiProperty({ format: 'uuid' }) visitId!: string;
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 }) version!: number;
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Stands for the door of a household; the same for each visit to it' }) householdId?: string;
  @ApiProperty({ type: [FoundCaseView], description: 'A case for each demand, in their order' }) cases!: FoundCaseView[];
}

export class RecordErrorView {
  @ApiProperty({ example: 'territory' }) field!: string;
  @ApiProperty() reason!: string;
}

export class RecordProblemView {
  @ApiProperty({ example: 'validation-failed' }) code!: string;
  @ApiProperty() detail!: string;
  @ApiProperty({ type: [RecordErrorView] }) errors!: RecordErrorView[];
}

export class RecordAnswerView {
  @ApiPropertyOptional({ type: String, description: 'Key of the record; absent where it had none' }) key?: string;
  @ApiProperty({ type: 'integer', example: 201, description: 'What the single call would have answered' }) status!: number;
  @ApiPropertyOptional({ type: RecordedVisitView, description: 'Of a record that was entered, now or before under the same key' }) visit?: RecordedVisitView;
  @ApiPropertyOptional({ type: RecordProblemView, description: 'Of a record that was refused' }) problem?: RecordProblemView;
}

export class VisitAnswersView {
  @ApiProperty({ type: [RecordAnswerView], description: 'One for each record, in their order' }) items!: RecordAnswerView[];
}

export class VisitsQuery extends PageQuery {
  @UuidField({ description: 'To this firm', optional: true }) firmId?: string;
  @UuidField({ description: 'To this household', optional: true }) householdId?: string;
  @UuidField({ description: 'Of this plan', optional: true }) planId?: string;
  @CodeField({ description: 'In this territory', optional: true }) territory?: string;
  @DayOrInstantField({ description: 'From then on', optional: true }) from?: string;
  @DayOrInstantField({ description: 'Before then', optional: true }) to?: string;
}

export class VisitView {
  @ApiProperty({ format: 'uuid' }) visitId!: string;
  @ApiProperty({ type: String, format: 'date-time' }) visitedAt!: string;
  @ApiProperty({ example: 'cedar-park-b1' }) territory!: string;
  @ApiPropertyOptional({ type: String, format: 'uuid' }) firmId?: string;
  @ApiPropertyOptional({ type: String, description: 'Name of the firm' }) firmName?: string;
  @ApiPropertyOptional({ type: String, format: 'uuid' }) householdId?: string;
  @ApiPropertyOptional({ type: String, description: 'Building of the household' }) building?: string;
  @ApiPropertyOptional({ type: String, description: 'Door of the household' }) door?: string;
  @ApiPropertyOptional({ type: String, format: 'uuid' }) planId?: string;
  @ApiProperty({ enum: postKinds }) post!: Post;
  @ApiPropertyOptional({ type: String, example: 'economy' }) portfolio?: string;
  @ApiProperty({ description: 'False: nobody was there' }) met!: boolean;
  @ApiPropertyOptional({ type: String, description: 'As it was written' }) note?: string;
  @ApiProperty({ type: [String], format: 'uuid', description: 'Cases made of the demands that were found' }) caseIds!: string[];
  @ApiProperty({ description: 'Id of who visited' }) visitedBy!: string;
}

export class VisitPage extends PageOf(VisitView) {}

export const toVisitView = ({ visitedAt, post, caseIds, ...row }: VisitRow): VisitView => ({
  ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Omit<VisitView, 'visitedAt' | 'post' | 'caseIds'>,
  visitedAt: visitedAt.toISOString(), post: post as Post, caseIds: [...caseIds],
});
