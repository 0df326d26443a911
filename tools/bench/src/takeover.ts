/** From the moment the relay that leads is gone until what is appended then is in Kafka, by the other. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId, postgresEventStore, type EventStore } from '@lianban/event-store';
import pg from 'pg';
import { waitUntil } from '@lianban/tools/infrastructure/ports';
import { listen } from './listener.js';
import type { Benchmark } from './measure.js';
import type { RelayTask } from './takeover-relay.js';

const signals = { SIGKILL: 'killed (SIGKILL)', SIGSTOP: 'frozen (SIGSTOP)' } as const;
type Signal = keyof typeof signals;
const eventType = 'lianban.case.contacted.v1';
/** A leader without work renews its lease of 3 s when it is half over, at most: the signal falls elsewhere in it each round. */
const betweenMs = (round: number): number => 1_500 + ((round * 700) % 1_500);

const sleep = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms); });

/** `said` resolves when it says a word of takeover-relay.ts. */
const relayProcess = (task: RelayTask) => {
  const child: ChildProcess = fork(fileURLToPath(new URL(`takeover-relay${extname(import.meta.url)}`, import.meta.url)));
  const words = new Set<unknown>();
  child.on('message', (word) => { words.add(word); });
  child.send(task);
  return {
    said: (word: 'started' | 'leads') => waitUntil(() => Promise.resolve(words.has(word)), { timeoutMs: 60_000, everyMs: 20, what: `A relay that ${word}` }),
    send: (signal: Signal) => { child.kill(signal); },
    async end() {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await gone;
    },
  };
};

const append = async (store: EventStore): Promise<string> => {
  const id = newId();
  const now = new Date().toISOString();
  await store.transaction((tx) => store.append(tx, id, 0, [{ type: eventType, data: { note: null } }],
    { occurredAt: now, recordedAt: now, correlationId: 'bench', causationId: 'bench', actor: { id: 'bench', role: 'system', department: null, territory: null } }));
  return id;
};

export const takeoverBenchmark: Benchmark = {
  name: 'takeover',
  title: 'Takeover: the relay that leads is gone',
  about: 'Two relays of one service in processes of their own, with the settings of the services; the leading one gets a signal, then an event is appended. Measured from the signal to the event in the hands of an ordinary kafkajs consumer. '
    + 'A process that is killed loses its connection at once; of one that is frozen nobody knows until its lease of 3 s is over, of which a part is over when the signal comes, another one each round. New processes every round.',
  async run({ postgres, kafka, rounds, quick, say, report }) {
    const { urls } = await postgres();
    const { brokers } = await kafka();
    const pool = new pg.Pool({ connectionString: urls.intake, max: 2 });
    const store = postgresEventStore(pool, 'intake');
    const { arrived, stop } = await listen(brokers, eventType);
    const arrival = (id: string) => waitUntil(() => Promise.resolve(arrived.has(id)), { timeoutMs: 60_000, everyMs: 5, what: 'The event in Kafka' });

    const takeover = async (signal: Signal, round: number): Promise<number> => {
      const task: RelayTask = { databaseUrl: urls.intake, brokers };
      const leader = relayProcess(task);
      let standby: ReturnType<typeof relayProcess> | undefined;
      try {
        await leader.said('leads');
        standby = relayProcess(task);
        await standby.said('started');
        await arrival(await append(store));
        await sleep(quick ? 500 : betweenMs(round));
        const signalledAt = performance.now();
        leader.send(signal);
        const id = await append(store);
        await arrival(id);
        await standby.said('leads');
        return ((arrived.get(id) ?? Infinity) - signalledAt) / 1000;
      } finally {
        await Promise.all([leader.end(), standby?.end()]);
      }
    };
    try {
      for (const [signal, how] of Object.entries(signals) as [Signal, string][]) {
        const values: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          values.push(await takeover(signal, round));
          say(`${how}, round ${round + 1}: ${values.at(-1)?.toFixed(2)} s`);
        }
        report({ what: `leader ${how} → the next event in Kafka`, unit: 's', values, aim: '≤ 5 s' });
      }
    } finally {
      await stop();
      await pool.end();
    }
  },
};
