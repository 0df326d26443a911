import { renderAll, say } from '@lianban/texts';
import type { Message, Text } from '@lianban/texts';
import { ApiProperty } from '@nestjs/swagger';
import { intakeStatuses } from '../domain/intake-case.js';
import type { IntakeCase, IntakeStatus } from '../domain/intake-case.js';

export class WhyView implements Text {
  @ApiProperty({ example: '标题均有：东门、路灯' }) zh!: string;
  @ApiProperty({ example: 'Both say: 东门, 路灯' }) en!: string;
}

/** Texts are masked, as everywhere. */
export class SimilarCase {
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiProperty({ description: 'Number for people', example: 'LB20260209-000001' }) caseNo!: string;
  @ApiProperty({ enum: intakeStatuses }) status!: IntakeStatus;
  @ApiProperty({ example: 'Lamp at the east gate is dark' }) title!: string;
  @ApiProperty({ example: 'riverside-grid-01' }) territory!: string;
  @ApiProperty({ type: String, format: 'date-time' }) registeredAt!: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100, description: 'How alike the texts are (相似度), of 100', example: 72 }) similarity!: number;
  @ApiProperty({ description: 'Of the same territory, or one within the other' }) samePlace!: boolean;
  @ApiProperty({ description: 'By phone or account' }) sameRequester!: boolean;
  @ApiProperty({ type: [WhyView], description: 'Why it is likely the same demand, in both languages' }) why!: Text[];
}

export class SimilarCaseList {
  @ApiProperty({ type: [SimilarCase], description: 'The most alike first' }) items!: SimilarCase[];
}

export interface Resemblance {
  readonly similarity: number;
  readonly samePlace: boolean;
  readonly sameRequester: boolean;
  readonly daysApart: number;
  readonly words: readonly string[];
}

const reasons = ({ similarity, samePlace, sameRequester, daysApart, words }: Resemblance): Message[] => [
  say('alike-of-hundred', { similarity: hundredths(similarity) }),
  ...(words.length > 0 ? [say('alike-in-words', { words })] : []),
  ...(samePlace ? [say('alike-in-place')] : []),
  ...(sameRequester ? [say('alike-in-requester')] : []),
  say('alike-in-time', { days: daysApart }),
];

const hundredths = (similarity: number): number => Math.min(100, Math.round(100 * similarity));

export const toSimilarCase = (caseId: string, { caseNo, status, title, territory, registeredAt }: IntakeCase, how: Resemblance): SimilarCase => ({
  caseId, caseNo, status, title, territory, registeredAt, similarity: hundredths(how.similarity), samePlace: how.samePlace, sameRequester: how.sameRequester, why: reasons(how).map(renderAll),
});
