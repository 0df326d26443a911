/** Finding the same demand among many open cases: how long a question takes, and how much room what it is answered from takes. */
import { keepMadeUp, likelyAmong } from '@lianban/intake/similar-cases';
import { fingerprintOfDemand } from '@lianban/similar-cases';
import pg from 'pg';
import { percentile, type Benchmark } from './measure.js';

const people = 60_000;
const words = 6_000;
const portion = 2_000;
const asked = 300;
const day = 86_400_000;

/** Chance that is the same in each run. */
const chances = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

/** Demands that are shaped like real ones: about 300 characters, words as common as in any language (Zipf), a place of two to four characters that few others name. */
const demandsOf = (seed: number) => {
  const chance = chances(seed);
  const character = () => String.fromCodePoint(0x4e00 + Math.floor(chance() ** 2 * 3_500));
  const word = () => Array.from({ length: 2 + Math.floor(chance() * 2) }, character).join('');
  const vocabulary = Array.from({ length: words }, word);
  const places = Array.from({ length: 4_000 }, () => word() + word());
  const some = (count: number) => Array.from({ length: count }, () => vocabulary[Math.floor(words ** chance()) - 1]).join('');
  return () => {
    const place = places[Math.floor(chance() * places.length)]!;
    const matter = some(4);
    return { title: `${place}${matter}`, description: `${place}${some(40)}${matter}${some(60)}`, location: null };
  };
};

export const similarBenchmark: Benchmark = {
  name: 'similar',
  title: 'Finding the same demand among open cases',
  about: 'Made-up demands of about 300 characters, all open and registered within the last 90 days, in the table of intake; nothing else runs on that Postgres. A question is a new demand, asked one after the other: its fingerprint, the candidates from Postgres, and their comparison. '
    + 'The baseline is one row by its key over the same connection. Size: the table with all its indexes.',
  byName: true,
  async run({ postgres, rounds, quick, say, report }) {
    const { urls } = await postgres();
    const pool = new pg.Pool({ connectionString: urls.intake, max: 1 });
    const count = quick ? portion : 100_000;
    const nextDemand = demandsOf(22);
    const now = Date.now();
    try {
      for (let filled = 0; filled < count; filled += portion) {
        await keepMadeUp(pool, Array.from({ length: portion }, (_, n) => ({
          ...nextDemand(), territory: `estate-${(filled + n) % 60}`, requester: `p-${(filled + n) % people}`, registeredAt: new Date(now - ((filled + n) % 90) * day).toISOString(),
        })));
        if ((filled + portion) % 20_000 === 0) say(`similar: ${filled + portion} cases`);
      }
      await pool.query('ANALYZE similar_case');
      const { rows: [room] } = await pool.query<{ bytes: string; ids: string[] }>(
        `SELECT pg_total_relation_size('similar_case')::text AS bytes, (SELECT array_agg(case_id::text) FROM (SELECT case_id FROM similar_case LIMIT ${asked}) c) AS ids`);
      const question = async () => {
        const demand = nextDemand();
        await likelyAmong(pool, fingerprintOfDemand(demand), { from: new Date(now - 90 * day).toISOString(), to: new Date(now).toISOString() });
      };
      const timed = async (work: (n: number) => Promise<unknown>) => {
        const times: number[] = [];
        for (let n = 0; n < asked; n += 1) {
          const startedAt = performance.now();
          await work(n);
          times.push(performance.now() - startedAt);
        }
        return times;
      };
      await timed(question);
      const figures = { p50: [] as number[], p95: [] as number[], byKey50: [] as number[], byKey95: [] as number[] };
      for (let round = 1; round <= rounds; round += 1) {
        const byKey = await timed((n) => pool.query({ name: 'by-key', text: 'SELECT * FROM similar_case WHERE case_id = $1', values: [room?.ids[n % (room.ids.length || 1)]] }));
        const times = await timed(question);
        figures.byKey50.push(percentile(byKey, 0.5));
        figures.byKey95.push(percentile(byKey, 0.95));
        figures.p50.push(percentile(times, 0.5));
        figures.p95.push(percentile(times, 0.95));
        say(`similar, round ${round}: ${figures.p50.at(-1)?.toFixed(1)} / ${figures.p95.at(-1)?.toFixed(1)} ms, by key ${figures.byKey95.at(-1)?.toFixed(1)} ms`);
      }
      const among = `among ${count.toLocaleString('en')} open cases`;
      report({ what: `likely the same, ${among}, p50`, unit: 'ms', values: figures.p50, baseline: { name: 'one row by its key', values: figures.byKey50 } });
      report({ what: `likely the same, ${among}, p95`, unit: 'ms', values: figures.p95, baseline: { name: 'one row by its key', values: figures.byKey95 }, aim: '≤ 30 ms' });
      report({ what: `table and indexes, ${count.toLocaleString('en')} open cases`, unit: 'MB', values: [Number(room?.bytes ?? 0) / 2 ** 20], aim: '≤ 150 MB' });
    } finally {
      await pool.end();
    }
  },
};
