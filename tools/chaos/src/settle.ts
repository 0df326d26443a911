/** Waiting until a system has come back, and until it has nothing left to do. */
import { setTimeout as delay } from 'node:timers/promises';
import { listenersOf, sources, topics } from '@lianban/contracts';
import { type PartitionRange, topicBounds } from '@lianban/kafka';
import type pg from 'pg';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { noteCut, relaysBehind } from '@lianban/tools/reconcile/cut';

export const recoverWithinMs = 90_000;
export const settleWithinMs = 90_000;

/** Every process answers and is ready. @returns those that are not within the time */
export const allReady = async (serviceUrls: Readonly<Record<string, string>>, signal: AbortSignal, withinMs = recoverWithinMs): Promise<string[]> => {
  const until = Date.now() + withinMs;
  for (;;) {
    const answers = await Promise.all(Object.entries(serviceUrls).map(async ([name, url]) => {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(async (response) => (response.ok ? '' : await response.text()), String);
      return answer === '' ? [] : [`${name} (${answer.slice(0, 300)})`];
    }));
    const away = answers.flat();
    if (away.length === 0 || Date.now() > until) return away;
    await delay(300, undefined, { signal });
  }
};

/** Relays, consumers and timers have nothing left to do, twice in a row with nothing new in between. @returns what is left after the time */
export const settled = async (admin: pg.Client, brokers: readonly string[], lateMs: number, signal: AbortSignal): Promise<string[]> => {
  const until = Date.now() + settleWithinMs;
  let before = -1;
  for (;;) {
    const open = await unsettled(admin, await topicBounds(brokers, [topics.case], troubleOnly), lateMs);
    const count = await eventCount(admin);
    if (open.length === 0 && count === before) return [];
    if (Date.now() > until) return open.length > 0 ? open : ['new events keep coming'];
    before = open.length === 0 ? count : -1;
    await delay(1_500, undefined, { signal });
  }
};

/** What relays, consumers and timers still have before them. */
export const unsettled = async (admin: pg.ClientBase, bounds: readonly PartitionRange[], lateMs: number): Promise<string[]> =>
  [...(await relaysBehind(admin, await noteCut(admin))).map((source) => `the relay of ${source} is behind`), ...await openWork(admin, bounds, lateMs)];

/** Messages each consumer still has before the ends of its topics, where that is not zero; parked events and late timers besides. */
const openWork = async (admin: pg.ClientBase, bounds: readonly PartitionRange[], lateMs: number): Promise<string[]> => {
  const open: string[] = [];
  for (const schema of listenersOf(topics.case)) {
    const { rows } = await admin.query<{ consumer: string; at: Record<string, string> }>(
      `SELECT consumer, jsonb_object_agg(partition::text, next_offset::text) AS at FROM ${schema}.consumer_offset WHERE topic = $1 GROUP BY consumer`, [topics.case]);
    if (rows.length === 0 && bounds.length > 0) open.push(`${schema} has read nothing`);
    for (const { consumer, at } of rows) {
      const behind = bounds.reduce((sum, { partition, to }) => sum + Number(to - BigInt(at[partition] ?? '0')), 0);
      if (behind !== 0) open.push(`${consumer} is ${behind} messages behind`);
    }
    const { rows: parked } = await admin.query<{ text: string }>(`SELECT consumer || ' parked ' || subject || ' (' || reason || coalesce(': ' || error, '') || ')' AS text FROM ${schema}.parked_event LIMIT 5`);
    open.push(...parked.map(({ text }) => text));
  }
  const { rows: [late] } = await admin.query<{ count: number }>(`SELECT count(*)::int AS count FROM sla.timer WHERE fire_at < now() - $1::int * interval '1 millisecond'`, [lateMs]);
  if (late && late.count > 0) open.push(`${late.count} timers are late`);
  return open;
};

const eventCount = async (admin: pg.ClientBase): Promise<number> => {
  const { rows: [row] } = await admin.query<{ count: string }>(`SELECT ${sources.map((source) => `(SELECT count(*) FROM ${source}.event)`).join(' + ')} AS count`);
  return Number(row?.count);
};
