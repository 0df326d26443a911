/** A rebuild in a process of its own, to be killed: stands still in its bulk phase as soon as rows are there, and says so. */
import { type BackboneLog } from '@lianban/kafka';
import { rebuild } from '@lianban/projections';
import pg from 'pg';
import { casesReadModel, sqlFolderOf } from '../src/read-models.js';

const { adminUrl, brokers, topic } = JSON.parse(process.argv[2] ?? '{}') as { adminUrl: string; brokers: string[]; topic: string };
const pool = new pg.Pool({ connectionString: adminUrl, options: '-c role=lianban_owner -c search_path=insight' });
const log: BackboneLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
let rowsThere = false;
setInterval(() => void pool.query('SELECT FROM timeline_v2 LIMIT 1').then(({ rowCount }) => { rowsThere ||= rowCount === 1; }, () => undefined), 5);
await rebuild({
  model: {
    ...casesReadModel, topics: [topic],
    evolve: (view, event) => {
      if (rowsThere) {
        process.send?.('standing');
        // Not a promise: nothing else of this process may go on either.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }
      return casesReadModel.evolve(view, event);
    },
  },
  folder: sqlFolderOf(casesReadModel), brokers, log, say: () => undefined, pool,
});
