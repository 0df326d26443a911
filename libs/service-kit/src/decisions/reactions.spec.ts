import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { deterministicId, inMemoryEventStore } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { history } from '@lianban/testing';
import { handleTogether } from '../events/event-strategy.js';
import type { EventContext } from '../events/event-strategy.js';
import type { Aggregate } from './aggregate.js';

const store = inMemoryEventStore('satisfaction');
const caseId = deterministicId('reactions');
const heard = (count: number): readonly EventEnvelope[] => history('intake', caseId, Array.from({ length: count }, () => ({ type: 'lianban.case.withdrawn.v1' as const, data: { reason: null } })));
const cancelled = (name: string) => ({ type: 'lianban.call-back.cancelled.v2' as const, data: { callBackId: deterministicId(name), round: 1, demandCaseId: null, reason: 'case-ended' as const } });

/** Counts its events, and the events it has heard. Each new event is a row. */
const counting: Aggregate<number, number> = {
  initialState: 0, evolve: (count) => count + 1,
  facts: { initial: 0, evolve: (count) => count + 1 },
  rows: ({ events, state }, write) => write(keep, `${events.length} events, ${state} in all`),
};
let kept: (readonly unknown[])[] = [];
const keep = async (_: Tx, items: readonly unknown[]): Promise<void> => void kept.push(items);

/** @returns the facts that are stored afterwards */
const handle = async (events: readonly EventEnvelope[], hear: (event: EventEnvelope, context: EventContext) => void): Promise<unknown> => {
  const stored: unknown[] = [];
  kept = [];
  await store.transaction(async (tx) => {
    const query: Tx['query'] = (text, values) => {
      if (typeof text === 'string' && text.startsWith('INSERT INTO case_fact')) stored.push(JSON.parse((values?.[1] as string[])[0] ?? ''));
      return Promise.resolve({ rows: [], rowCount: 0 });
    };
    await handleTogether(Object.assign(tx, { query }), store, 'satisfaction', events, hear);
  });
  return stored[0];
};

describe('an event that is heard', () => {
  it('changes the facts once, however many react to it', async () => {
    const seen: number[] = [];
    const facts = await handle(heard(2), (_, context) => {
      for (let reactions = 0; reactions < 3; reactions += 1) context.react({ stream: counting, decide: ({ facts: known }) => { seen.push(known); return []; } });
    });
    expect([seen, facts, kept]).toEqual([[1, 1, 1, 2, 2, 2], 2, []]);
  });

  it('has the rows of new events written together, and those of the event itself beside them', async () => {
    await handle(heard(2), (event, context) => context.react({
      stream: counting,
      decide: ({ state }) => (state === 0 ? [cancelled('one'), cancelled('two')] : [cancelled('three')]),
      rows: ({ state }, write) => write(keep, `heard ${event.metadata.streamVersion}: ${state}`),
    }));
    expect(kept).toEqual([['2 events, 2 in all', '1 events, 3 in all', 'heard 1: 2', 'heard 2: 3']]);
    const [first, , third] = await store.read(caseId);
    expect([first?.metadata, third?.metadata]).toMatchObject(heard(2).map(({ metadata }) => ({
      occurredAt: metadata.occurredAt, causationId: metadata.id, correlationId: metadata.correlationId, actor: { id: 'satisfaction', role: 'system' },
    })));
  });

  it('from which nothing can follow has no stream read', async () => {
    const before = store.readMany;
    const read: unknown[] = [];
    store.readMany = (ids, tx) => { read.push(...ids); return before(ids, tx); };
    await handle(heard(1), (_, context) => context.react({ stream: counting, mayAct: () => false, decide: () => [cancelled('never')] }));
    await handle(heard(1), (_, context) => context.react({ stream: counting }));
    store.readMany = before;
    expect([read, kept]).toEqual([[], []]);
  });
});
