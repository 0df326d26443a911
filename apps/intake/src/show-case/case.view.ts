import { channels, demandKinds, levels, refusalReasons, requesterKinds, urgencies } from '@lianban/contracts';
import type { Channel, DemandKind, Level, RefusalReason, RequesterKind, Urgency } from '@lianban/contracts';
import { known } from '../domain/case-in-status.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { intakeStatuses } from '../domain/intake-case.js';
import type { IntakeState, IntakeStatus } from '../domain/intake-case.js';
import { SimilarCase } from '../similar-cases/similar-case.view.js';
import type { RequesterContact } from '../requester/requester-vault.js';

export class RequesterView {
  @ApiProperty({ enum: requesterKinds, example: 'resident' })
  kind!: RequesterKind;

  @ApiPropertyOptional({ type: String, description: 'Only for those who talk to the requester: intake, and call-back agents while a call-back is due' })
  name?: string;

  @ApiPropertyOptional({ type: String })
  phone?: string;

  @ApiPropertyOptional({ type: String })
  address?: string;

  @ApiPropertyOptional({ type: String })
  email?: string;
}

export class RefusalView {
  @ApiProperty({ enum: refusalReasons })
  reason!: RefusalReason;

  @ApiProperty({ description: 'Text for the requester' })
  text!: string;
}

/** The case as intake knows it. What has not happened is absent. Texts are masked. */
export class CaseView {
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ description: 'Number for people', example: 'LB20260209-000001' })
  caseNo!: string;

  @ApiProperty({ enum: intakeStatuses, example: 'accepted' })
  status!: IntakeStatus;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2, description: "Version of intake's part; the ETag says the same" })
  version!: number;

  @ApiProperty({ example: 'Lamp at the east gate is dark' })
  title!: string;

  @ApiProperty({ example: 'The lamp at the east gate has been out for a week.' })
  description!: string;

  @ApiProperty({ enum: channels, example: 'grid' })
  channel!: Channel;

  @ApiPropertyOptional({ type: String })
  category?: string;

  @ApiProperty({ example: 'riverside-grid-01' })
  territory!: string;

  @ApiPropertyOptional({ type: String })
  location?: string;

  @ApiProperty({ type: RequesterView })
  requester!: RequesterView;

  @ApiProperty({ enum: urgencies, example: 'normal' })
  urgency!: Urgency;

  @ApiPropertyOptional({ enum: demandKinds, example: 'complaint', description: 'Kind of demand (诉求类型); absent until somebody has said it' })
  kind?: DemandKind;

  @ApiPropertyOptional({ enum: levels, example: 'general' })
  level?: Level;

  @ApiProperty({ example: false })
  greenChannel!: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-09T01:00:00.000Z' })
  registeredAt!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  contactedAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  acceptedAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When it was refused, withdrawn, merged or closed' })
  endedAt?: string;

  @ApiPropertyOptional({ type: RefusalView })
  refusal?: RefusalView;

  @ApiPropertyOptional({ type: String, description: 'Result of handling on the spot' })
  result?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The case that answers this demand too, while it is merged' })
  mergedInto?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'How often the requester urged (催单)' })
  urgings?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'How often the requester added something (补充)' })
  supplements?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'A question to the requester stops the clocks until then at most; absent when none waits' })
  waitsUntil?: string;

  @ApiProperty({ type: String, description: 'Where cases that are likely the same demand are listed', example: '/api/v1/cases/0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01/similar' })
  similarCases!: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The visit that found the demand' })
  visitId?: string;

  @ApiPropertyOptional({ type: [String], format: 'uuid', description: 'Cases whose demands have joined this one' })
  joined?: string[];
}

/** What the answer to a registration says beside. */
export class RegisteredCaseView extends CaseView {
  @ApiPropertyOptional({ type: [SimilarCase], description: 'Open cases that are likely the same demand, the most alike first; not for requesters' })
  similar?: SimilarCase[];
}

/** @throws DomainError `not-found` when nothing was registered under the id */
export const toCaseView = (caseId: string, state: IntakeState, version: number, contact?: RequesterContact): CaseView => {
  const current = known(state);
  const { status, caseNo, title, description, channel, territory, urgency, greenChannel, registeredAt } = current;
  return {
    caseId, caseNo, status, version, title, description, channel, territory, urgency, greenChannel, registeredAt,
    requester: { kind: current.requester.kind, name: contact?.name ?? undefined, phone: contact?.phone ?? undefined, address: contact?.address ?? undefined, email: contact?.email ?? undefined },
    category: current.category ?? undefined,
    location: current.location ?? undefined,
    kind: current.kind ?? undefined,
    level: current.level ?? undefined,
    contactedAt: current.contactedAt ?? undefined,
    acceptedAt: current.acceptedAt ?? undefined,
    endedAt: current.endedAt ?? undefined,
    refusal: current.refusal ?? undefined,
    result: current.result ?? undefined,
    mergedInto: current.mergedInto ?? undefined,
    urgings: current.urgings || undefined,
    supplements: current.supplements || undefined,
    waitsUntil: current.endedAt === null ? current.questions.findLast(({ settledAt }) => settledAt === null)?.waitsUntil ?? undefined : undefined,
    similarCases: `/api/v1/cases/${caseId}/similar`,
    visitId: current.visitId ?? undefined,
    joined: current.joined.length > 0 ? [...current.joined] : undefined,
  };
};


