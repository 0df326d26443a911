import { clockKinds } from '@lianban/contracts';
import { PageOf } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { NoticeRow } from './notice-rows.js';
import { noticeText } from './notice-text.js';
import { noticeKinds } from './notices-of.js';

export class NoticeText {
  @ApiProperty({ description: 'In Chinese' })
  zh!: string;

  @ApiProperty({ description: 'In English' })
  en!: string;
}

/** A notice (提醒消息) as the inbox shows it. Fields that don't apply, or have not happened yet, are absent. */
export class NoticeView {
  @ApiProperty({ format: 'uuid', example: '7c1f0a52-0d7d-4d53-9f5c-5f6f0b1d2c31' })
  noticeId!: string;

  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiPropertyOptional({ type: String, example: 'LB20260209-000001' })
  caseNo?: string;

  @ApiPropertyOptional({ type: String, example: 'Lamp at the east gate is dark' })
  title?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', example: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31', description: 'Of warnings, breaches and supervision' })
  clockId?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21', description: 'Where it is of one' })
  workOrderId?: string;

  @ApiProperty({ enum: noticeKinds, example: 'breach' })
  kind!: string;

  @ApiPropertyOptional({ type: String, enum: clockKinds, example: 'lead' })
  clockKind?: string;

  @ApiPropertyOptional({ type: String, example: 'urban-management', description: 'Whom it concerns; absent when no handling unit does: supervisors see it, and intake or the call-back agents who owe the clock' })
  department?: string;

  @ApiPropertyOptional({ type: String, enum: ['yellow', 'red'], description: 'Of supervision' })
  colour?: string;

  @ApiProperty({ type: NoticeText })
  text!: NoticeText;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Of the clock, as it was then' })
  dueAt?: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it became true' })
  at!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it came into the inbox' })
  createdAt!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: "First read by somebody of the department, of intake or of the call-back agents; for supervisors, by one of them" })
  readAt?: string;

  @ApiPropertyOptional({ type: String })
  readBy?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'It does not stand any more: the clock was in time after all, or has another due time' })
  withdrawnAt?: string;
}

export class NoticePage extends PageOf(NoticeView) {}

export const toNoticeView = (row: NoticeRow): NoticeView => ({
  noticeId: row.notice_id,
  caseId: row.case_id,
  caseNo: row.case_no ?? undefined,
  title: row.title ?? undefined,
  clockId: row.clock_id ?? undefined,
  workOrderId: row.work_order_id ?? undefined,
  kind: row.kind,
  clockKind: row.clock_kind ?? undefined,
  department: row.department ?? undefined,
  colour: row.colour ?? undefined,
  text: noticeText(row.kind, row.clock_kind),
  dueAt: row.due_at?.toISOString(),
  at: row.at.toISOString(),
  createdAt: row.created_at.toISOString(),
  readAt: row.read_at?.toISOString(),
  readBy: row.read_by ?? undefined,
  withdrawnAt: row.withdrawn_at?.toISOString(),
});
