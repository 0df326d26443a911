import { maskText } from '@lianban/contracts';
import type { AppendMeta, NewEvent } from '@lianban/event-store';

export const contacted = (note: string, extra: { occurredAt?: string; id?: string } = {}): NewEvent =>
  ({ type: 'lianban.case.contacted.v1', data: { note: maskText(note) }, ...extra });

export const meta: AppendMeta = {
  occurredAt: '2026-02-09T09:00:00+08:00',
  recordedAt: '2026-02-09T01:00:01.500Z',
  correlationId: 'correlation',
  causationId: 'cause',
  actor: { id: 'someone', role: 'operator', department: 'urban-management', territory: null },
};
