import { maskText } from '@lianban/contracts';
import { newId, postgresEventStore, PreparingClient } from '@lianban/event-store';
import type { AppendMeta, EventStore, NewEvent } from '@lianban/event-store';
import { CallerReach, CommandBus } from '@lianban/service-kit';
import type { Aggregate } from '@lianban/service-kit';
import pg from 'pg';
import { alternate } from './measure.js';
import type { Benchmark } from './measure.js';
import { costRows, spentOn, type Spent } from './process-cpu.js';
import { perSecond, repeated, singleRowInsert, tool } from './single-row-insert.js';

const event: NewEvent = {
  type: 'lianban.case.registered.v1',
  data: {
    caseNo: 'LB20260209-000001', title: maskText('Lamp at the east gate is dark'), description: maskText('The lamp at the east gate has been out for a week.'), channel: 'grid', category: null,
    territory: 'riverside-grid-01', location: maskText('East gate'), requester: { kind: 'resident', ref: '5f0c7c1e-7f5a-4f43-9a6e-0f7d1c7c0a01' }, urgency: 'normal',
  },
};
const actor = { id: 'clerk', role: 'intake', department: null, territory: null } as const;
const nothing: Aggregate<null> = { initialState: null, evolve: () => null };

/** The statement of an append of its own with everything in place: what it takes when no process of ours has a part in it. */
const bareAppend = (() => {
  const id = newId();
  const record = { append: 1, version: 1, id, ...event, occurredAt: '20260209T010000Z', recordedAt: '20260209T010000Z', correlationId: id, causationId: id, actor };
  return `SELECT append_many(ARRAY[gen_random_uuid()::text], ARRAY[0], ARRAY[1], '${JSON.stringify([record]).replaceAll('":', '": ')}') FROM set_config('lock_timeout', '100ms', true)`;
})();

const meta = (): AppendMeta => {
  const now = new Date().toISOString();
  return { occurredAt: now, recordedAt: now, correlationId: newId(), causationId: newId(), actor };
};

/** The ways to append one event to a new stream, and a whole command with its answer under an Idempotency-Key. */
const subjects = (store: EventStore, bus: CommandBus) => ({
  transaction: () => store.transaction((tx) => store.append(tx, newId(), 0, [event], meta())),
  commit: () => store.commit({ streamId: newId(), expectedVersion: 0, events: [event], meta: meta() }),
  command: () => bus.execute({
    ctx: { actor, reach: new CallerReach('everything'), mayImport: false, correlationId: newId(), idempotencyKey: newId(), ifMatch: undefined, route: 'POST /bench', requestHash: 'x' },
    streamId: newId(), isNew: true, status: 201, stream: nothing, decide: () => [event], respond: ({ version }) => ({ version }),
  }),
});

export const appendBenchmark: Benchmark = {
  name: 'append',
  title: 'Appending to the event store',
  about: 'One event of a new stream, written by one Node process with a pool of 8, every commit on disk: in a transaction of the caller (BEGIN, append, COMMIT), as an append of its own, which is committed '
    + 'together with those of other callers waiting at the same moment, and as a command of the bus with its answer kept under an Idempotency-Key. Baseline: the single-row insert with as many clients. '
    + 'The SQL alone is sent by the baseline\'s program, each append for itself and with its values in place.',
  async run({ postgres, rounds, quick, report }) {
    const { adminUrl, urls, reset, processes } = await postgres();
    const pool = new pg.Pool({ connectionString: urls.intake, Client: PreparingClient, max: 8, pipeline: true });
    const store = postgresEventStore(pool, 'intake');
    const { transaction, commit, command } = subjects(store, new CommandBus('intake', pool, store, 'only-for-this-benchmark'));
    const seconds = quick ? 0.5 : 3;
    try {
      // Before the compiler has seen the code, a first round would measure the compiler.
      for (const work of [transaction, commit, command]) await perSecond(16, quick ? 0.2 : 1.5, work);
      for (const clients of quick ? [4] : [1, 8, 32]) {
        await reset();
        const costs: Spent<number>[] = [];
        const figures = await alternate(rounds, {
          insert: () => singleRowInsert(adminUrl, clients, quick ? 1 : seconds),
          bare: () => repeated(urls.intake, bareAppend, clients, quick ? 1 : seconds),
          transaction: () => perSecond(clients, seconds, transaction),
          commit: async () => {
            const spent = await spentOn(processes, () => perSecond(clients, seconds, commit));
            costs.push(spent);
            return spent.result;
          },
          command: () => perSecond(clients, seconds, command),
        });
        const many = `${clients} ${clients === 1 ? 'client' : 'clients'}`;
        const baseline = { name: `single-row insert, ${many}`, values: figures.insert };
        const aim = { 1: '≥ 65 %', 8: '≥ 50 %', 32: '≥ 150 %' }[clients];
        report({ what: baseline.name, unit: 'rows/s', values: figures.insert, note: tool() });
        report({ what: `the SQL of an append alone, as the baseline, ${many}`, unit: 'appends/s', values: figures.bare, baseline });
        report({ what: `append in a transaction of the caller, ${many}`, unit: 'appends/s', values: figures.transaction, baseline });
        report({ what: `append, committed together, ${many}`, unit: 'appends/s', values: figures.commit, baseline, ...(aim ? { aim } : {}) });
        for (const row of costRows({ one: `an append committed together, ${many}`, unit: 'appends/s', costs, count: ({ result, seconds: took }) => result * took, baseline })) report(row);
        report({ what: `command with Idempotency-Key, committed together, ${many}`, unit: 'commands/s', values: figures.command, baseline });
      }
    } finally {
      await pool.end();
    }
  },
};
