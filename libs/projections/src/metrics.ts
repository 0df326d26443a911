import { Counter, Gauge } from 'prom-client';
import { distance } from './positions.js';
import { consumerOf, type Tx } from './read-model.js';

/** Metrics of projections. All metrics: `docs/generated/metrics.md`. */
export const rowsWritten = new Counter({ name: 'lianban_projection_rows_total', help: 'Rows written to read models, by table', labelNames: ['table'] });

const rebuildMessages = new Gauge({
  name: 'lianban_rebuild_messages',
  help: 'Messages of a rebuild under way; state: read, missing (until it is where the live one is). Absent when none runs',
  labelNames: ['read_model', 'state'],
});

/** How far the rebuilds are, read beside them: they run in a process of their own. */
export const rebuildReading = (sql: Tx) => ({
  name: 'rebuild',
  gauges: [rebuildMessages],
  async read(): Promise<void> {
    const { rows } = await sql.query<{ name: string }>(`SELECT name FROM read_model WHERE name ~ '\\.v\\d+$'`);
    rebuildMessages.reset();
    for (const { name } of rows) {
      const model = name.replace(/\.v\d+$/, '');
      const { total, missing } = await distance(sql, consumerOf(model), consumerOf(name));
      rebuildMessages.set({ read_model: model, state: 'read' }, total - missing);
      rebuildMessages.set({ read_model: model, state: 'missing' }, missing);
    }
  },
});
