/** The thread of a case as people read it, from its events. Pure. */
import { messageSides } from '@lianban/contracts';
import type { CaseEvent, EventEnvelope, MessageSide, Role } from '@lianban/contracts';
import { PageOf } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export const threadKinds = ['message', 'question', 'answer', 'urging', 'supplement'] as const;

export class ThreadItem {
  @ApiProperty({ format: 'uuid', example: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41' })
  messageId!: string;

  @ApiProperty({ enum: threadKinds, example: 'question', description: 'An answer is the first message of the requester after a question' })
  kind!: (typeof threadKinds)[number];

  @ApiProperty({ enum: messageSides, example: 'handler', description: 'For whom it speaks' })
  side!: MessageSide;

  @ApiProperty({ type: String, example: 'operator', description: 'Role of the person who entered it' })
  role!: Role;

  @ApiPropertyOptional({ type: String, example: 'urban-management', description: 'Whose handler wrote it' })
  department?: string;

  @ApiPropertyOptional({ type: String, description: 'Personal data masked; absent from an urging without words', example: 'Which of the two lamps is it?' })
  text?: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-11T10:00:00.000Z' })
  at!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Of a question that stopped the clocks: until when at most' })
  waitsUntil?: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The question that it answers' })
  answers?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When the question was answered' })
  answeredAt?: string;
}

export class ThreadPage extends PageOf(ThreadItem) {}

/** In the order of the events. */
export const threadOf = (history: readonly EventEnvelope[]): ThreadItem[] => {
  const answered = new Map<string, string>();
  const said = (history as readonly EventEnvelope<CaseEvent<'intake'>>[]).flatMap((event): ThreadItem[] => {
    const { id, occurredAt: at, actor: { role } } = event.metadata;
    switch (event.type) {
      case 'lianban.message.sent.v1': {
        const { messageId, side, department, text, asks, waitsUntil, answers } = event.data;
        if (answers !== null) answered.set(answers, at);
        return [{ messageId, kind: asks ? 'question' : answers === null ? 'message' : 'answer', side, role, department: department ?? undefined, text, at, waitsUntil: waitsUntil ?? undefined, answers: answers ?? undefined }];
      }
      case 'lianban.case.urged.v1': return [{ messageId: id, kind: 'urging', side: 'requester', role, text: event.data.text ?? undefined, at }];
      case 'lianban.case.supplemented.v1': return [{ messageId: id, kind: 'supplement', side: 'requester', role, text: event.data.text, at }];
      default: return [];
    }
  });
  return said.map((item) => ({ ...item, answeredAt: answered.get(item.messageId) }));
};
