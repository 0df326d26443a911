/** Who and what brought events about, and when. Made here for commands, reactions and timers alike. */
import type { Source } from '@lianban/contracts';
import type { AppendMeta, Cause } from '@lianban/event-store';
import type { CommandContext } from './command-context.js';

export const byCommand = ({ actor, correlationId }: CommandContext, occurredAt: string, now: Date): AppendMeta =>
  ({ occurredAt, recordedAt: now.toISOString(), correlationId, causationId: correlationId, actor });

/** What a service does by itself, because of an event. */
export const bySystem = (source: Source, { id, correlationId }: Cause, occurredAt: string): AppendMeta => ({
  occurredAt, recordedAt: new Date().toISOString(), correlationId, causationId: id,
  actor: { id: source, role: 'system', department: null, territory: null },
});
