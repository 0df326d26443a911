import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { waitingWhat, waitingWho } from './waiting-for.question.js';
import type { Waiting } from './waiting-for.question.js';

export class WaitingView {
  @ApiProperty({ enum: waitingWho, example: 'assistant', description: 'requester and others: the case is on hold for them; head: of the department; unit: another one that was asked' }) who!: Waiting['who'];
  @ApiProperty({ enum: waitingWhat, example: 'work', description: 'What they have to do, or to decide' }) what!: Waiting['what'];
  @ApiPropertyOptional({ type: String, example: 'landscaping' }) department?: string;
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The order it is about' }) workOrderId?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Absent where it is not known' }) since?: string;
}

export class WaitingFor {
  @ApiProperty({ type: [WaitingView] }) items!: WaitingView[];
}

export const toWaiting = ({ who, what, department, workOrderId, since }: Waiting): WaitingView => ({ who, what, department: department ?? undefined, workOrderId: workOrderId ?? undefined, since: since ?? undefined });
