/** Each case folded afresh from the stores' events, compared with its rows, case by case with bounded memory. */
import { type EventEnvelope, readEvent, type Source } from '@lianban/contracts';
import { loadRows, type ReadModel } from '@lianban/projections';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';

/** A row of a store. */
export interface StoredEvent {
  source: Source; stream_id: string; version: number; id: string; type: string; data: unknown; occurred_at: Date; recorded_at: Date;
  correlation_id: string; causation_id: string; actor: EventEnvelope['metadata']['actor'];
}

export const envelopeOf = (row: StoredEvent): EventEnvelope => ({
  ...readEvent(row.type, row.data),
  metadata: {
    id: row.id, source: row.source, streamId: row.stream_id, streamVersion: row.version, occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(), correlationId: row.correlation_id, causationId: row.causation_id, actor: row.actor,
  },
});

const eventsAtOnce = 5_000;

/** The stores' events of cases, as far as the read model has read, case after case. */
async function* caseHistories(admin: pg.ClientBase, consumer: string, topics: readonly string[]): AsyncGenerator<EventEnvelope[]> {
  await admin.query(
    `DECLARE history NO SCROLL CURSOR FOR
     SELECT e.source, e.stream_id, e.version, e.id, e.type, e.data, e.occurred_at, e.recorded_at, e.correlation_id, e.causation_id, e.actor
       FROM store_event e JOIN insight.consumer_stream c ON c.consumer = '${consumer}' AND c.source = e.source AND c.stream_id = e.stream_id AND e.version <= c.version
      WHERE e.topic IN (${topics.map((topic) => `'${topic}'`).join(', ')})
      ORDER BY e.stream_id, e.source, e.version`);
  let history: EventEnvelope[] = [];
  for (;;) {
    const { rows } = await admin.query<StoredEvent>(`FETCH ${eventsAtOnce} FROM history`);
    for (const row of rows) {
      if (history.length > 0 && history[0]?.metadata.streamId !== row.stream_id) {
        yield history;
        history = [];
      }
      history.push(envelopeOf(row));
    }
    if (rows.length < eventsAtOnce) break;
  }
  if (history.length > 0) yield history;
  await admin.query('CLOSE history');
}

/** What differs between a fresh fold and the stored rows of one case; undefined when nothing does. */
const differenceOf = (model: ReadModel<unknown>, history: readonly EventEnvelope[], stored: Readonly<Record<string, readonly object[]>>): string | undefined => {
  const handled = history.filter(({ type }) => model.handled.has(type));
  const [first] = handled;
  const folded = first ? model.toRows(model.settle(handled.reduce((view, event) => model.evolve(view, event), model.empty(model.groupOf(first.metadata))))) : {};
  for (const { name, key, kind } of model.tables) {
    if (kind === 'log') continue;
    const byKey = (rows: readonly object[]) =>
      new Map(rows.map((row) => [key.map((column) => (row as Record<string, unknown>)[column]).join(' '), row as Record<string, unknown>]));
    const [expected, found] = [byKey(folded[name] ?? []), byKey(stored[name] ?? [])];
    for (const id of new Set([...expected.keys(), ...found.keys()])) {
      const [should, is] = [expected.get(id), found.get(id)];
      if (!should || !is) return `${name} ${id}: ${is ? 'not in a fresh fold' : 'missing'}`;
      const columns = Object.keys(should).filter((column) => !isDeepStrictEqual(should[column], is[column]));
      if (columns.length > 0) return `${name} ${id}: ${columns.map((column) => `${column} is ${JSON.stringify(is[column])}, folded ${JSON.stringify(should[column])}`).join('; ')}`;
    }
  }
  return undefined;
};

/** Compares all cases of a read model, whose events are those of `topics`; `found` hears of each difference. @returns how many cases were compared */
export const compareFolds = async (admin: pg.ClientBase, model: ReadModel<unknown>, consumer: string, version: number, topics: readonly string[], found: (difference: string) => void): Promise<number> => {
  let compared = 0;
  let waiting: EventEnvelope[][] = [];
  const compare = async () => {
    const ids = waiting.map(([first]) => (first ? model.groupOf(first.metadata) : ''));
    await admin.query('SET LOCAL search_path = insight, pg_temp');
    const stored = await loadRows(admin, model, version, ids);
    for (const [index, history] of waiting.entries()) {
      const difference = differenceOf(model, history, stored.get(ids[index] ?? '') ?? {});
      if (difference) found(difference);
    }
    compared += waiting.length;
    waiting = [];
  };
  for await (const history of caseHistories(admin, consumer, topics)) {
    waiting.push(history);
    if (waiting.length === 200) await compare();
  }
  if (waiting.length > 0) await compare();
  return compared;
};
