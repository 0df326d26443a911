import { callBackStatuses, clockKinds, clockStatuses, territoryKinds, workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Entity } from 'typeorm';
import type { TierMove } from '../domain/projected-case.js';
import { CaseSummary } from './case-summary.js';
import { Shown } from './shown.js';

@Entity('cases', { synchronize: false })
export class InsightCase extends CaseSummary {
  @Shown('text', "The demand in the requester's words", { example: 'The lamp at the east gate has been out for a week.' }) description!: string | null;
  @Shown('text', 'What the requester was told at a refusal') refusalText!: string | null;
  @Shown('text', 'Result of the on-the-spot handling') onTheSpotResult!: string | null;
  @Shown('text', 'Reason for the withdrawal') withdrawalReason!: string | null;
  @Shown('object', 'Its moves between tiers, in order') tierMoves!: TierMove[];
  @Shown('text', 'Text of the last answer', { example: 'Lamp replaced and tested in the evening.' }) answer!: string | null;
}

@Entity('work_orders', { synchronize: false })
export class InsightWorkOrder {
  @Shown('id', 'Id of the work order', { primary: true, always: true }) workOrderId!: string;
  @Shown('id', 'Id of the case', { always: true }) caseId!: string;
  @Shown('text', 'The department it is for', { always: true, example: 'urban-management' }) department!: string;
  @Shown('text', 'Role', { values: workOrderRoles, always: true }) role!: string;
  @Shown('number', 'Round of handling', { always: true }) round!: number;
  @Shown('text', 'By a dispatch or as rework', { values: ['dispatch', 'rework'] }) cause!: string | null;
  @Shown('text', 'Status', { values: workOrderStatuses, always: true }) status!: string;
  @Shown('instant', 'When it was issued') issuedAt!: Date | null;
  @Shown('instant', 'When it was signed') signedAt!: Date | null;
  @Shown('instant', 'Last progress') progressedAt!: Date | null;
  @Shown('text', 'Last note', { example: 'The lighting centre ordered the part.' }) lastNote!: string | null;
  @Shown('instant', 'When it was completed') completedAt!: Date | null;
  @Shown('text', 'Result', { example: 'Lamp replaced and tested in the evening.' }) result!: string | null;
  @Shown('text', 'Why the lead answered without its assistants') withoutAssistants!: string | null;
  @Shown('instant', 'When it was returned') returnedAt!: Date | null;
  @Shown('text', 'Why it was returned') returnReason!: string | null;
  @Shown('text', 'Whose it is in the view of the one that returned it', { example: 'housing' }) suggestedDepartment!: string | null;
  @Shown('instant', 'When it was cancelled') cancelledAt!: Date | null;
  @Shown('text', 'Why it was cancelled') cancelReason!: string | null;
  @Shown('instant', 'Soonest open due time') dueAt!: Date | null;
  @Shown('flag', 'Past due now', { always: true }) overdue!: boolean;
}

@Entity('clocks', { synchronize: false })
export class InsightClock {
  @Shown('id', 'Id of the clock', { primary: true, always: true }) clockId!: string;
  @Shown('id', 'Id of the case', { always: true }) caseId!: string;
  @Shown('text', 'Kind', { values: clockKinds, always: true }) kind!: string;
  @Shown('number', 'Round of handling', { always: true }) round!: number;
  @Shown('text', 'Name of the milestone', { example: 'stop' }) milestone!: string | null;
  @Shown('id', 'The work order it waits for') workOrderId!: string | null;
  @Shown('text', 'The department it waits for', { example: 'urban-management' }) department!: string | null;
  @Shown('text', 'Status; breached means past due, stopped since or not', { values: clockStatuses, always: true }) status!: string;
  @Shown('instant', 'When counting started') startedAt!: Date | null;
  @Shown('instant', 'When it is due') dueAt!: Date | null;
  @Shown('flag', 'A year on the way has no published holidays yet', { always: true }) provisional!: boolean;
  @Shown('instant', 'Review of the hold it stands still for') heldUntil!: Date | null;
  @Shown('instant', 'Last warning') warnedAt!: Date | null;
  @Shown('instant', 'When it stopped, or its window closed') stoppedAt!: Date | null;
  @Shown('instant', 'The due time it passed') breachedAt!: Date | null;
  @Shown('instant', 'When it was cancelled') cancelledAt!: Date | null;
  @Shown('object', 'How the due time came about') derivation!: object | null;
  @Shown('flag', 'Past due now and still open', { always: true }) overdue!: boolean;
}

@Entity('call_backs', { synchronize: false })
export class InsightCallBack {
  @Shown('id', 'Id of the call-back', { primary: true, always: true }) callBackId!: string;
  @Shown('id', 'Id of the case', { always: true }) caseId!: string;
  @Shown('id', 'The case of the demand, of one that joined') demandCaseId!: string | null;
  @Shown('number', 'Round of handling', { always: true }) round!: number;
  @Shown('text', 'Status', { values: callBackStatuses, always: true }) status!: string;
  @Shown('text', 'The department that answered', { example: 'urban-management' }) lead!: string | null;
  @Shown('id', 'The work order that answered') workOrderId!: string | null;
  @Shown('instant', 'The answer it asks about') answeredAt!: Date | null;
  @Shown('instant', 'When it became due') openedAt!: Date | null;
  @Shown('instant', 'When its outcome was recorded') recordedAt!: Date | null;
  @Shown('instant', 'When it was cancelled') cancelledAt!: Date | null;
  @Shown('flag', 'The requester was reached') reached!: boolean | null;
  @Shown('flag', 'The requester calls it resolved') resolved!: boolean | null;
  @Shown('number', '1 very dissatisfied to 5 very satisfied') satisfaction!: number | null;
  @Shown('text', 'What the requester said', { example: 'Bright again, thank you.' }) comment!: string | null;
  @Shown('flag', 'Dissatisfied through the fault of the unit') unitAtFault!: boolean | null;
  @Shown('text', 'Decision', { values: ['close', 'rework'] }) decision!: string | null;
  @Shown('number', 'Reworks so far, this one included') reworks!: number | null;
}

/** A stretch of time at one tier. */
export class TierSpan {
  @ApiPropertyOptional({ enum: territoryKinds, description: 'Absent: its own territory, before the first move' }) tier?: string;
  @ApiPropertyOptional({ type: String, description: 'Code of the territory of that tier' }) territory?: string;
  @ApiProperty({ type: String, format: 'date-time' }) from!: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Absent: it is there now' }) to?: string;
  @ApiProperty({ type: 'integer', description: 'Elapsed minutes, until now where it has no end' }) minutes!: number;
}

/** One wide row with its parts. */
export class CaseDetail extends OmitType(InsightCase, ['tierMoves']) {
  @ApiProperty({ type: [InsightWorkOrder] }) workOrders!: InsightWorkOrder[];
  @ApiProperty({ type: [InsightClock] }) clocks!: InsightClock[];
  @ApiProperty({ type: [InsightCallBack] }) callBacks!: InsightCallBack[];
  @ApiProperty({ type: [TierSpan], description: 'How long it was with which tier, from the acceptance to its end' }) tiers!: TierSpan[];
}

export const viewEntities = [InsightCase, InsightWorkOrder, InsightClock, InsightCallBack];
