/** Fills the topic of cases with whole lives, interleaved as in a running city: thousands are open at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '@lianban/contracts';
import { kafkaClient, toMessage } from '@lianban/kafka';
import { Partitioners, type Message } from 'kafkajs';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { checkout } from '@lianban/tools/checkout';
import { caseNumber, places, registeredOn, stuckLife, wholeLife } from './lives.js';

const openAtOnce = 5_000;
const perRequest = 2_000;
const day = 86_400_000;
const spanDays = 365;
/** Departments that leave one of so many cases lying: with 10,000 cases over 32 departments a page of 50 is full for each, as it is with more. */
const slow = { departments: 2, oneOf: 5 } as const;

export interface Filled {
  readonly events: number;
  /** Keys, values and headers. */
  readonly bytes: number;
  readonly seconds: number;
  /** Of the cases whose whole life is told. */
  readonly closed: readonly string[];
}

const data = (file: string) => JSON.parse(readFileSync(join(checkout, 'apps/dispatch/data', file), 'utf8')) as unknown;
export const departmentCodes = (): string[] => (data('departments.json') as { code: string; kind: string }[]).filter(({ kind }) => kind === 'department').map(({ code }) => code);
/** Those that have cases lying, and so as many open and overdue as a page holds, whatever the size. */
export const slowDepartments = (): string[] => departmentCodes().slice(0, slow.departments);

/** The n-th of `count` cases, registered evenly over the year before now. Same n, same case. */
const caseOf = (n: number, count: number, now: number) => {
  const registeredAt = now - spanDays * day + Math.floor((n * spanDays * day) / count);
  const hex = (registeredAt % 2 ** 48).toString(16).padStart(12, '0');
  const idOf = (role: string) => `${hex.slice(0, 8)}-${hex.slice(8)}-7${role}-8${(n % 4096).toString(16).padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
  const number = `LB${new Date(registeredAt).toISOString().slice(0, 10).replaceAll('-', '')}-${String(n).padStart(7, '0')}`;
  const later = registeredAt - registeredOn;
  const placed = (place: string, role?: string): string =>
    (role !== undefined ? idOf(role) : place === caseNumber ? number : new Date(Date.parse(place) + later).toISOString());
  return { id: idOf('000'), message: (text: string) => JSON.parse(text.replaceAll(places, placed)) as Message };
};

/** A message as JSON, for its places to be filled. */
const textOf = (entry: Parameters<typeof toMessage>[0]): string => {
  const { key, value, headers } = toMessage(entry);
  return JSON.stringify({ key: String(key), value: String(value), headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])) });
};

/** As many cases, by so many events: registered over a year, the last days under way. */
export async function fillTopic(brokers: readonly string[], count: number, say: (line: string) => void): Promise<Filled> {
  const departments = departmentCodes();
  const territories = ['riverside-grid-01', 'riverside', 'riverbend', 'lanqiao'];
  const categories = data('categories.json') as string[];
  const livesBy = (life: typeof wholeLife) => departments.map((department, index) =>
    life(department, territories[index % territories.length] as string, categories[index % categories.length] as string).map((stage) => ({ day: stage.day, texts: stage.entries.map(textOf) })));
  const [whole, stuck] = [livesBy(wholeLife), livesBy(stuckLife)];
  const producer = kafkaClient(brokers, 'lianban-bench', troubleOnly).producer({ createPartitioner: Partitioners.DefaultPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  const now = Date.now();
  const startedAt = performance.now();
  const closed: string[] = [];
  let events = 0;
  let bytes = 0;
  let messages: Message[] = [];
  const send = async () => {
    await producer.send({ topic: topics.case, messages });
    events += messages.length;
    messages = [];
  };
  try {
    for (let first = 0; first < count; first += openAtOnce) {
      const open = Array.from({ length: Math.min(openAtOnce, count - first) }, (_, index) => {
        const n = first + index;
        // Cases go round the departments.
        const department = n % departments.length;
        const isStuck = department < slow.departments && Math.floor(n / departments.length) % slow.oneOf === 3;
        const life = (isStuck ? stuck : whole)[department] ?? [];
        // How far it has come by now: those of the last days are under way.
        const stages = life.filter((stage) => stage.day < spanDays * (1 - n / count));
        const one = caseOf(n, count, now);
        if (!isStuck && stages.length === life.length) closed.push(one.id);
        return { one, stages };
      });
      for (let stage = 0; open.some(({ stages }) => stage < stages.length); stage += 1) {
        for (const { one, stages } of open) {
          for (const text of stages[stage]?.texts ?? []) {
            messages.push(one.message(text));
            bytes += Buffer.byteLength(text);
          }
          if (messages.length >= perRequest) await send();
        }
      }
      if (messages.length > 0) await send();
      say(`topic: ${events} events, ${Math.round((events * 1000) / (performance.now() - startedAt))}/s`);
    }
  } finally {
    await producer.disconnect();
  }
  return { events, bytes, closed, seconds: (performance.now() - startedAt) / 1000 };
}
