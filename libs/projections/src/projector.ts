import type { EventEnvelope } from '@lianban/contracts';
import { startSpansOf, together } from '@lianban/event-store';
import { Fenced, type EventHandling, type LastWrites } from '@lianban/kafka';
import { SpanKind } from '@opentelemetry/api';
import type { ReadModel, RowsByTable, Tx } from './read-model.js';
import { createRowStatements, loadRows } from './rows.js';

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
    const group = model.groupOf(event.metadata);
    const own = groups.get(group);
    if (own) own.push(event);
    else groups.set(group, [event]);
  }
  return groups;
};

/** The rows of some groups, read in the transaction that is to change them. */
interface Loaded {
  readonly version: number;
  readonly groups: ReadonlySet<string>;
  readonly rows: ReadonlyMap<string, RowsByTable>;
}

/** Folds a batch in memory, group by group: a load (unless it is `early`) and a write a table, however many events. @returns the writes of what changed */
export const createProjector = <View>(model: ReadModel<View>) => {
  const { statementOf, forget } = createRowStatements();
  return async (tx: Tx, version: number, events: readonly EventEnvelope[], early?: Loaded): Promise<LastWrites> => {
    const groups = byGroup(model, events);
    const enough = early?.version === version && [...groups.keys()].every((group) => early.groups.has(group));
    const loaded = enough ? early.rows : await loadRows(tx, model, version, [...groups.keys()]);
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
    const statements = await together(tx, model.tables.map((table) => () => statementOf(tx, table, version, changed.get(table.name) ?? [])));
    return { statements: statements.filter((statement) => statement !== undefined), ended: (error) => { if (error !== undefined) forget(); } };
  };
};

interface Opened {
  readonly version: number;
  readonly early: Loaded | undefined;
}

/** A read model as a consumer's handling; `name` is that of its registry row, for a rebuild's copy not the model's own. */
export const projection = <View>(model: ReadModel<View>, { name = model.name, batchSize = 1_000 }: { name?: string; batchSize?: number } = {}): EventHandling => {
  const project = createProjector(model);
  // That of the last transaction, and nearly always of the next, so that its rows need no round trip of their own. Its tables may be gone, though.
  let likely: number | undefined;

  const open = async (tx: Tx, streamIds: readonly string[]): Promise<Opened> => {
    const guess = streamIds.length > 0 ? likely : undefined;
    const groups = new Set(streamIds.map((streamId) => model.groupOf({ streamId })));
    try {
      const [version, rows] = await together(tx, [
        () => lockVersion(tx, name),
        () => (guess === undefined ? Promise.resolve(undefined) : loadRows(tx, model, guess, [...groups])),
      ]);
      likely = version;
      return { version, early: rows && guess !== undefined ? { version: guess, groups, rows } : undefined };
    } catch (error) {
      likely = undefined;
      throw error;
    }
  };

  return {
    handled: model.handled,
    batchSize,
    opening: open,
    async handle(tx, events, opened) {
      const endSpans = startSpansOf(events.map(({ metadata }) => metadata.traceParent), `project ${name}`, { kind: SpanKind.CONSUMER });
      try {
        const { version, early } = (opened as Opened | undefined) ?? { version: await lockVersion(tx, name), early: undefined };
        const { statements, ended } = await project(tx, version, events, early);
        return { statements, ended: (error) => { ended(error); endSpans(error); } };
      } catch (error) {
        endSpans(error);
        throw error;
      }
    },
  };
};
