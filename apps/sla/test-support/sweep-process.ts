// A process that sweeps until its parent lets go of it, and tells what it has written: `sweep-process.ts '{"databaseUrl":…,"now":…,"pauseMs":…}'`.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import pg from 'pg';
import { RuleBook } from '../src/rules/rule-book.js';
import { sweep } from '../src/sweep/sweep.js';

/** `pauseMs` for each event, after they were written and before they are committed, so that a test can meet it in the middle of a transaction. */
const { databaseUrl, now, pauseMs } = JSON.parse(process.argv[2] ?? '') as { databaseUrl: string; now: string; pauseMs: number };
process.once('disconnect', () => process.exit(0));

const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
const store = postgresEventStore(pool, 'sla');
let appended = 0;
let committed = 0;
const telling: EventStore = {
  ...store,
  appendMany: async (tx, appends) => {
    await store.appendMany(tx, appends);
    const events = appends.flatMap(({ records }) => records).length;
    appended += events;
    process.send?.({ appended, committed });
    await sleep(pauseMs * events);
  },
};

const book = new RuleBook(pool);
await book.onModuleInit();
for (;;) {
  const { cases, events } = await sweep(telling, book.current, new Date(now), 20);
  committed += events;
  process.send?.({ appended, committed });
  if (cases === 0) await sleep(50);
}
