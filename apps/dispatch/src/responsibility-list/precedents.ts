/** A ruling is a precedent: its row of the responsibility list is written, and gets its end, in the ruling's own transaction. */
import { maskText } from '@lianban/contracts';
import type { EventByType, EventEnvelope, MaskedText } from '@lianban/contracts';
import { deterministicId, foldEvents } from '@lianban/event-store';
import type { AppendMeta, EventStore, Tx } from '@lianban/event-store';
import type { Aggregate, Territory } from '@lianban/service-kit';
import type { DispatchFacts } from '../domain/facts.js';
import { endPrecedent, evolveResponsibility } from './responsibility.decider.js';
import type { ResponsibilityEvent, ResponsibilityRow } from './responsibility.decider.js';

export const responsibilityStream: Aggregate<ResponsibilityRow | null> = {
  initialState: null, evolve: (row, event) => evolveResponsibility(row, event as EventEnvelope<ResponsibilityEvent>),
};
export const responsibilityStreamOf = (responsibilityId: string): string => `responsibility/${responsibilityId}`;

const precedentOf = (rulingId: string): string => deterministicId(rulingId, 'precedent');

const metaOf = ({ metadata: { id, occurredAt, recordedAt, correlationId, actor } }: EventEnvelope): AppendMeta => ({ occurredAt, recordedAt, correlationId, causationId: id, actor });

export const addPrecedent = async (
  store: EventStore, tx: Tx, ruled: EventEnvelope<EventByType<'lianban.case.ruled.v1'>>, { demand }: DispatchFacts, territory: Territory | undefined, words: readonly string[],
): Promise<void> => {
  const { rulingId, lead, basis } = ruled.data;
  const responsibilityId = precedentOf(rulingId);
  const row: ResponsibilityRow = {
    responsibilityId, matter: maskText(demand?.title ?? ''), category: demand?.category ?? null, words: [...words], territoryKind: territory?.kind ?? null, department: lead, basis,
    effectiveFrom: ruled.metadata.occurredAt, effectiveUntil: null, source: 'ruling', caseId: ruled.metadata.streamId, rulingId, note: null,
  };
  await store.append(tx, responsibilityStreamOf(responsibilityId), 0, [{ type: 'lianban.responsibility.changed.v1', data: row }], metaOf(ruled));
};

/** @param because what undoes the ruling: an objection that was upheld, or a later ruling */
export const dropPrecedent = async (store: EventStore, tx: Tx, rulingId: string, because: EventEnvelope, why: MaskedText): Promise<void> => {
  const streamId = responsibilityStreamOf(precedentOf(rulingId));
  const history = await store.read(streamId, tx);
  const events = endPrecedent(foldEvents(responsibilityStream, history), why, because.metadata.occurredAt);
  if (events.length > 0) await store.append(tx, streamId, history.length, events, metaOf(because));
};
