/** Clocks started: whole lives of cases, and the same rows by plain INSERTs. */
import type pg from 'pg';
import { caseLives } from './case-lives.js';
import type { BenchContext } from './measure.js';
import { figure } from './page.js';
import { requireNoneParked, type Sla } from './sla-feed.js';
import { dropCopies, insertRows, makeCopies } from './sla-raw-rows.js';

const day = 86_400_000;

interface Town { readonly name: string; readonly cases: number; readonly quick: number; readonly days: number }

export const districtYear: Town = { name: 'district-year, 54 cases a day', cases: 54 * 365, quick: 54 * 2, days: 365 };
/** All of it: what tells it from the district is how the tables grow within it, to several times the memory of Postgres. */
export const cityDay: Town = { name: "large city's day", cases: 100_000, quick: 200, days: 1 };

/** Lives of cases beside those that are measured. @returns how long one takes, in seconds */
async function trySome(sla: Sla, first: number, registeredAt: (n: number) => number): Promise<number> {
  const count = 200;
  const startedAt = performance.now();
  for (const entries of caseLives(count, { first, registeredAt })) await sla.feed(entries.filter(({ source }) => source !== 'sla'));
  return (performance.now() - startedAt) / 1000 / count;
}

/** Whole lives, a share of them each round; after each the same rows by plain INSERTs. */
export const measureStarts = ({ name, days, ...town }: Town) => async (context: BenchContext, sla: Sla, admin: pg.Client): Promise<void> => {
  const cases = context.quick ? town.quick : town.cases;
  await makeCopies(admin);
  const tomorrow = Math.ceil(Date.now() / day) * day;
  const registeredAt = (n: number) => tomorrow + Math.floor((n * days * day) / cases);
  const secondsOfOne = await trySome(sla, cases, registeredAt);
  context.say(`${name}: ${figure(cases)} cases, ${figure(secondsOfOne * 1000)} ms each by a first try: about ${figure((secondsOfOne * cases) / 60)} minutes`);
  const startedAt = performance.now();
  const figures = { clocks: [] as number[], raw: [] as number[], heard: [] as number[] };
  let totalRows = 0;
  let totalClocks = 0;
  for (let round = 0; round < context.rounds; round += 1) {
    const [first, end] = [round, round + 1].map((share) => Math.floor((share * cases) / context.rounds)) as [number, number];
    const ids = new Set<string>();
    let seconds = 0;
    let heard = 0;
    for (const entries of caseLives(end - first, { first, registeredAt })) {
      const others = entries.filter(({ source }) => source !== 'sla');
      for (const { streamId } of others) ids.add(streamId);
      heard += others.length;
      seconds += await sla.feed(others);
    }
    await requireNoneParked(sla);
    const caseIds = [...ids];
    const { rows: [counted] } = await admin.query<{ clocks: number }>(
      `SELECT count(*)::int AS clocks FROM sla.event WHERE stream_id = ANY ($1) AND type LIKE 'lianban.clock.started.%'`, [caseIds]);
    const clocks = counted?.clocks ?? 0;
    if (clocks < caseIds.length) throw new Error(`${clocks} clocks of ${caseIds.length} cases`);
    const raw = await insertRows(admin, caseIds);
    totalRows += raw.rows;
    totalClocks += clocks;
    figures.clocks.push(clocks / seconds);
    figures.heard.push(heard / seconds);
    figures.raw.push(clocks / raw.seconds);
    const left = ((performance.now() - startedAt) / 60_000 / (round + 1)) * (context.rounds - round - 1);
    context.say(`${name}, round ${round + 1}: ${figure(clocks / seconds)} clocks/s, the ${figure(raw.rows)} rows alone ${figure(clocks / raw.seconds)} clocks/s; about ${figure(left)} minutes left`);
  }
  await dropCopies(admin);
  const baseline = { name: 'multi-row INSERT of the same rows', values: figures.raw };
  const note = `${figure(cases)} cases, ${figure(totalClocks)} clocks, ${figure(totalRows)} final rows, in ${context.rounds} rounds`;
  context.report({ what: `clocks started, ${name}`, unit: 'clocks/s', values: figures.clocks, baseline, note });
  context.report({ what: `events heard for it, ${name}`, unit: 'events/s', values: figures.heard });
};
