import type { Benchmark } from './measure.js';
import { singleRowInsert } from './single-row-insert.js';

/** What this machine's Postgres can do at all: other benchmarks run the same insert again, in turn with what they measure. */
export const baselineBenchmark: Benchmark = {
  name: 'baseline',
  title: 'What Postgres itself does here',
  about: 'One row of 430 bytes in a transaction of its own, through a prepared statement, every commit on disk. No code of ours takes part.',
  async run({ postgres, rounds, quick, report }) {
    const { adminUrl } = await postgres();
    for (const clients of quick ? [2] : [1, 8, 32]) {
      const values: number[] = [];
      let note = '';
      for (let round = 0; round < rounds; round += 1) {
        const { rowsPerSecond, tool } = await singleRowInsert(adminUrl, clients, quick ? 1 : 3);
        values.push(rowsPerSecond);
        note = tool;
      }
      report({ what: `single-row insert, ${clients} ${clients === 1 ? 'client' : 'clients'}`, unit: 'rows/s', values, note });
    }
  },
};
