import type { EventEnvelope } from '@lianban/contracts';
import { inSpansOf, together } from '@lianban/event-store';
import { Fenced, type EventHandling } from '@lianban/kafka';
import { SpanKind } from '@opentelemetry/api';
import type { ReadModel, RowsByTable, Tx } from './read-model.js';
import { createRowWriter, loadRows } from './rows.js';

/**
 * Version whose tables are written under this name. The lock makes a switch wait for this transaction, and this transaction for
 * a switch: nothing reaches an old version after its successor went live.
 * @throws Fenced when there is none (any more): a rebuild whose copy went live in the meantime
 */
export const lockVersion = async (tx: Tx, name: string): Promise<number> => {
  const { rows } = await tx.query<{ version: number }>('SELECT version FROM read_model WHERE name = $1 FOR SHARE', [name]);
  if (!rows[0]) throw new Fenced(`read model ${name} is not there`);
  return rows[0].version;
};

const byGroup = (model: Pick<ReadModel<unknown>, 'groupOf'>, events: readonly EventEnvelope[]): Map<string, EventEnvelope[]> => {
  const groups = new Map<string, EventEnvelope[]>();
  for (const event of events) {
    const group = model.groupOf(event);
    const own = groups.get(group);
    if (own) own.push(event);
    else groups.set(group, [event]);
  }
  return groups;
};

/** Folds a batch in memory, group by group, and writes what changed: a load and a write a table, however many events. */
export const createProjector = <View>(model: ReadModel<View>) => {
  const write = createRowWriter();
  return async (tx: Tx, version: number, events: readonly EventEnvelope[]): Promise<void> => {
    const groups = byGroup(model, events);
    const loaded = await loadRows(tx, model, version, [...groups.keys()]);
    const changed = new Map<string, object[]>(model.tables.map(({ name }) => [name, []]));
    for (const [group, own] of groups) {
      const before: RowsByTable = loaded.get(group) ?? {};
      const start = loaded.has(group) ? model.fromRows(group, before) : model.empty(group);
      const after = model.toRows(model.settle(own.reduce((view, event) => model.evolve(view, event), start)));
      for (const { name } of model.tables) {
        const unchanged = new Set(before[name]);
        for (const row of after[name] ?? []) if (!unchanged.has(row)) changed.get(name)?.push(row);
      }
    }
    await together(tx, model.tables.map((table) => () => write(tx, table, version, changed.get(table.name) ?? [])));
  };
};

/** A read model as a consumer's handling; `name` is that of its registry row, for a rebuild's copy not the model's own. */
export const projection = <View>(model: ReadModel<View>, { name = model.name, batchSize = 1_000 }: { name?: string; batchSize?: number } = {}): EventHandling => {
  const project = createProjector(model);
  return {
    handled: model.handled,
    batchSize,
    opening: (tx) => lockVersion(tx, name),
    handle: (tx, events, version) => inSpansOf(events.map(({ metadata }) => metadata.traceParent), `project ${name}`, { kind: SpanKind.CONSUMER }, async () =>
      project(tx, (version as number | undefined) ?? await lockVersion(tx, name), events)),
  };
};
