/** Fills the topic of cases with whole lives, interleaved as in a running city: thousands are open at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toMessage } from '@lianban/kafka';
import { Partitioners } from 'kafkajs';
import { checkout } from '@lianban/tools/checkout';
import { caseNumberPlace, idPlace, stuckLife, timePlace, wholeLife, type Stage } from './lives.js';
import { BatchProducer, recordBatch, seal, type PlainMessage } from './record-batch.js';

const topic = 'lianban.case';
const partitions = 12;
/** Cases in a batch; one broker request holds one batch, which must stay below 1 MB. */
const perBatch = 20;
/** Batches of a partition that are open at the same time, per stage of a life: with 12 partitions and the 5 stages of a whole life 24,000 cases. */
const openBatches = 25;
const requestsAtOnce = 8;
const day = 86_400_000;
const spanDays = 365;
/** Departments that leave one of so many cases lying: with 10,000 cases over 32 departments a page of 50 is full for each, as it is with more. */
const slow = { departments: 2, oneOf: 5 } as const;

export interface Filled {
  readonly events: number;
  /** Uncompressed, as they lie on the broker's disk. */
  readonly bytes: number;
  readonly seconds: number;
  /** Of the cases whose whole life is told. */
  readonly closed: readonly string[];
}

interface Case { readonly id: string; readonly head: string; readonly tail: string; readonly number: string; readonly dates: readonly string[]; readonly second: string }
interface Group { readonly life: number; readonly stages: number; readonly cases: readonly Case[] }

const data = (file: string) => JSON.parse(readFileSync(join(checkout, 'apps/dispatch/data', file), 'utf8')) as unknown;
export const departmentCodes = (): string[] => (data('departments.json') as { code: string; kind: string }[]).filter(({ kind }) => kind === 'department').map(({ code }) => code);
/** Those that have cases lying, and so as many open and overdue as a page holds, whatever the size. */
export const slowDepartments = (): string[] => departmentCodes().slice(0, slow.departments);

const plain = (entry: Parameters<typeof toMessage>[0]): PlainMessage => {
  const { key, value, headers } = toMessage(entry);
  return { key: String(key), value: String(value), headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])) };
};

/** A batch of one stage of `count` cases of a life, with the places that differ from case to case. */
class StageBatch {
  readonly #bytes: Buffer;
  readonly #ids: readonly (readonly [at: number, which: number, role: string])[];
  readonly #times: readonly (readonly [at: number, which: number, day: number])[];
  readonly #numbers: readonly (readonly [at: number, which: number])[];

  constructor({ entries }: Stage, count: number) {
    const messages = entries.map(plain);
    this.#bytes = recordBatch(Array.from({ length: count }, () => messages).flat());
    // Latin 1 keeps one character a byte, so a match's index is its place in the bytes.
    const text = this.#bytes.toString('latin1');
    // Every case has the same places in the same order.
    const placesOf = <Place>(pattern: RegExp, place: (match: RegExpExecArray, which: number) => Place): Place[] => {
      const matches = [...text.matchAll(pattern)];
      return matches.map((match, index) => place(match, Math.floor((index * count) / matches.length)));
    };
    this.#ids = placesOf(idPlace, (match, which) => [match.index, which, match[1] ?? '']);
    this.#times = placesOf(timePlace, (match, which) => [match.index, which, Number(match[1]) - 1]);
    this.#numbers = placesOf(caseNumberPlace, (match, which) => [match.index, which]);
  }

  fill(cases: readonly Case[], timestamp: number): Buffer {
    const bytes = this.#bytes;
    for (const [at, which, role] of this.#ids) {
      const { head, tail } = cases[which] as Case;
      bytes.write(head, at, 15, 'latin1');
      bytes.write(role, at + 15, 3, 'latin1');
      bytes.write(tail, at + 18, 18, 'latin1');
    }
    for (const [at, which, dayOfLife] of this.#times) {
      const { dates, second } = cases[which] as Case;
      bytes.write(dates[dayOfLife] as string, at, 10, 'latin1');
      bytes.write(second, at + 17, 6, 'latin1');
    }
    for (const [at, which] of this.#numbers) bytes.write((cases[which] as Case).number, at, 18, 'latin1');
    seal(bytes, timestamp);
    return bytes;
  }
}

const knownDates = new Map<number, string>();
const dateOf = (dayNumber: number): string => {
  const date = knownDates.get(dayNumber) ?? new Date(dayNumber * day).toISOString().slice(0, 10);
  knownDates.set(dayNumber, date);
  return date;
};

/** The n-th of `count` cases, registered evenly over the year before now. Same n, same case. */
const caseOf = (n: number, count: number, now: number): Case => {
  const registered = now - spanDays * day + Math.floor((n * spanDays * day) / count);
  const hex = (registered % 2 ** 48).toString(16).padStart(12, '0');
  const head = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  const tail = `-8${(n % 4096).toString(16).padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
  const dates = Array.from({ length: 31 }, (_, index) => dateOf(Math.floor(registered / day) + index));
  return {
    id: `${head}000${tail}`, head, tail, dates, number: `LB${(dates[0] as string).replaceAll('-', '')}-${String(n).padStart(7, '0')}`,
    second: `${String(n % 60).padStart(2, '0')}.${String(n % 1000).padStart(3, '0')}`,
  };
};

/** Cases go round the departments. */
const isStuck = (n: number, departments: number): boolean => n % departments < slow.departments && Math.floor(n / departments) % slow.oneOf === 3;

/**
 * @param count cases, registered evenly over the year before now
 * @returns when everything is in the topic
 */
export async function fillTopic(brokers: readonly string[], count: number, say: (line: string) => void): Promise<Filled> {
  const departments = departmentCodes();
  const territories = ['riverside-grid-01', 'riverside', 'riverbend', 'lanqiao'];
  const categories = data('categories.json') as string[];
  // Whole ones by department, then stuck ones.
  const lives = [wholeLife, stuckLife].flatMap((life) =>
    departments.map((department, index) => life(department, territories[index % territories.length] as string, categories[index % categories.length] as string)));
  const mostStages = Math.max(...lives.map(({ length }) => length));
  const partitionOf = partitioner();
  const now = Date.now();
  const batches = new Map<string, StageBatch>();
  const producer = await BatchProducer.connect(brokers[0] ?? '', topic);
  const onTheWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let events = 0;
  let bytes = 0;
  let saidAt = startedAt;

  const send = async (partition: number, group: Group, stage: number) => {
    const happens = lives[group.life]?.[stage];
    if (!happens) return;
    const key = `${group.life} ${stage} ${group.cases.length}`;
    let batch = batches.get(key);
    if (!batch) batches.set(key, batch = new StageBatch(happens, group.cases.length));
    events += happens.entries.length * group.cases.length;
    const filled = batch.fill(group.cases, now);
    bytes += filled.length;
    const sent = producer.send(partition, filled).finally(() => onTheWay.delete(sent));
    onTheWay.add(sent);
    if (onTheWay.size >= requestsAtOnce) await Promise.race(onTheWay);
    if (performance.now() - saidAt > 5_000) {
      saidAt = performance.now();
      say(`topic: ${events} events, ${Math.round((events * 1000) / (saidAt - startedAt))}/s`);
    }
  };

  /** Per partition the groups under way, oldest first; each tick the new one begins and the older ones go one stage on. */
  const underWay = Array.from({ length: partitions }, () => [] as Group[]);
  const begin = async (partition: number, group: Group) => {
    const groups = underWay[partition] as Group[];
    groups.push(group);
    await send(partition, group, 0);
    for (let stage = 1; stage < mostStages; stage += 1) {
      const older = groups[groups.length - 1 - stage * openBatches];
      if (older && stage < older.stages) await send(partition, older, stage);
    }
    if (groups.length > mostStages * openBatches) groups.shift();
  };

  const closed: string[] = [];
  const gathering = new Map<string, Case[]>();
  const flush = async (key: string, cases: readonly Case[]) => {
    const [partition = 0, life = 0, stages = 0] = key.split(' ').map(Number);
    await begin(partition, { life, stages, cases });
  };
  try {
    for (let n = 0; n < count; n += 1) {
      const one = caseOf(n, count, now);
      const stuck = isStuck(n, departments.length);
      const life = (n % departments.length) + (stuck ? departments.length : 0);
      const age = spanDays * (1 - n / count);
      // How far it has come by now: those of the last days are under way.
      const stages = lives[life]?.filter((stage) => stage.day < age).length ?? 0;
      if (!stuck && stages === lives[life]?.length) closed.push(one.id);
      const key = `${partitionOf(one.id)} ${life} ${stages}`;
      const cases = gathering.get(key) ?? [];
      gathering.set(key, cases);
      if (cases.push(one) < perBatch) continue;
      gathering.delete(key);
      await flush(key, cases);
    }
    for (const [key, cases] of gathering) await flush(key, cases);
    // What is still under way goes to its end.
    for (const [partition, groups] of underWay.entries()) {
      for (let stage = 1; stage < mostStages; stage += 1) {
        const notYet = groups.slice(Math.max(0, groups.length - stage * openBatches));
        for (const group of notYet) if (stage < group.stages) await send(partition, group, stage);
      }
    }
    await Promise.all(onTheWay);
  } finally {
    producer.close();
  }
  return { events, bytes, closed, seconds: (performance.now() - startedAt) / 1000 };
}

function partitioner(): (key: string) => number {
  const choose = Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 1, partitionErrorCode: 0, replicas: [1], isr: [1] }));
  return (key) => choose({ topic, partitionMetadata, message: { key, value: null } });
}
