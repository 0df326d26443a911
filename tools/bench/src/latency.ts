/** From a command's answer to where others see it: in insight's read model, and in a plain Kafka consumer. */
import { level } from './level.js';
import { listen } from './listener.js';
import { percentile, spreadOf, type BenchContext, type Benchmark } from './measure.js';
import type { Stack } from '@lianban/tools/stack';

const demand = JSON.stringify({
  title: 'Lamp is dark', description: 'The lamp at the east gate has been dark for a week.', channel: 'grid', territory: 'riverside-grid-01',
  requester: { kind: 'resident', name: 'A neighbour' },
});

const sleep = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, Math.max(0, ms)); });

const callers = (stack: Stack, intake: string, analyst: string) => ({
  async register(): Promise<{ caseId: string; token: string; at: number }> {
    const answer = await fetch(`${stack.gatewayUrl}/api/v1/cases`, { method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${intake}` }, body: demand });
    const { caseId } = await answer.json() as { caseId: string };
    if (answer.status !== 201) throw new Error(`registration answered ${answer.status}`);
    return { caseId, token: answer.headers.get('x-consistency-token') ?? '', at: performance.now() };
  },
  /** The read waits in insight until the event is in the read model. */
  async see(caseId: string, token: string): Promise<void> {
    const answer = await fetch(`${stack.gatewayUrl}/api/v1/insight/cases/${caseId}`, { headers: { 'authorization': `Bearer ${analyst}`, 'x-consistency-token': token } });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`insight answered ${answer.status}`);
  },
});

/** Registrations a second that the system can keep up: of 32 callers who do nothing else, until every consumer has read what came of them. */
const topLoad = async (register: () => Promise<unknown>, seconds: number, adminUrl: string): Promise<number> => {
  const startedAt = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (; performance.now() - startedAt < seconds * 1000; done += 1) await register();
  }));
  await level(adminUrl);
  return done / ((performance.now() - startedAt) / 1000);
};

/** Waits until nothing of a load is left that would delay what is measured next. */
const calm = async ({ register, see }: ReturnType<typeof callers>): Promise<void> => {
  for (let quick = 0; quick < 3;) {
    const { caseId, token, at } = await register();
    await see(caseId, token).then(() => { quick = performance.now() - at < 250 ? quick + 1 : 0; }, () => { quick = 0; });
  }
};

/** From the answer of each registration, in milliseconds. */
interface Waits { readonly visible: readonly number[]; readonly received: readonly number[] }

/** Registers at `rate` a second for so long; one of five is also asked for in insight, so that the questions don't become the load. */
const steadily = async ({ register, see }: ReturnType<typeof callers>, arrived: ReadonlyMap<string, number>, rate: number, seconds: number): Promise<Waits> => {
  const visible: number[] = [];
  const registered: { caseId: string; at: number }[] = [];
  const startedAt = performance.now();
  const underWay: Promise<void>[] = [];
  // At fixed moments and not one after the other: a slow answer must not spare the next ones.
  for (let n = 0; n < rate * seconds; n += 1) {
    await sleep(startedAt + (n * 1000) / rate - performance.now());
    underWay.push(register().then(async ({ caseId, token, at }) => {
      registered.push({ caseId, at });
      if (n % 5 !== 0) return;
      await see(caseId, token);
      visible.push(performance.now() - at);
    }));
  }
  await Promise.all(underWay);
  for (let waited = 0; waited < 200 && registered.some(({ caseId }) => !arrived.has(caseId)); waited += 1) await sleep(50);
  // Before its own answer is not early but 0: the relay may be faster than the way back.
  return { visible, received: registered.map(({ caseId, at }) => Math.max(0, (arrived.get(caseId) ?? Infinity) - at)) };
};

const measure = async (context: BenchContext, stack: Stack): Promise<void> => {
  const calling = callers(stack, await stack.token('intake'), await stack.token('analyst'));
  const listener = await listen(stack.kafkaBrokers.split(','), 'lianban.case.registered.v1');
  const figures = { visible50: [] as number[], visible99: [] as number[], received50: [] as number[], received99: [] as number[], rate: [] as number[] };
  const round = async (): Promise<Waits & { rate: number }> => {
    const rate = await topLoad(calling.register, context.quick ? 1 : 4, stack.adminDatabaseUrl) / 2;
    await calm(calling);
    return { rate, ...await steadily(calling, listener.arrived, rate, context.quick ? 1 : 8) };
  };
  try {
    await topLoad(calling.register, context.quick ? 1 : 15, stack.adminDatabaseUrl);
    await calm(calling);
    await round();
    for (let done = 1; done <= context.rounds; done += 1) {
      const { rate, visible, received } = await round();
      figures.visible50.push(percentile(visible, 0.5));
      figures.visible99.push(percentile(visible, 0.99));
      figures.received50.push(percentile(received, 0.5));
      figures.received99.push(percentile(received, 0.99));
      figures.rate.push(rate);
      context.say(`latency, round ${done}: at ${rate.toFixed(0)} registrations/s visible ${figures.visible50.at(-1)?.toFixed(0)} / ${figures.visible99.at(-1)?.toFixed(0)} ms, received ${figures.received50.at(-1)?.toFixed(0)} / ${figures.received99.at(-1)?.toFixed(0)} ms`);
    }
  } finally {
    await listener.stop();
  }
  const note = `at ${spreadOf(figures.rate).median.toFixed(0)} registrations/s, half of what the whole system keeps up with`;
  context.report({ what: 'command → visible in insight, p50', unit: 'ms', values: figures.visible50, note });
  context.report({ what: 'command → visible in insight, p99', unit: 'ms', values: figures.visible99, aim: '≤ 100 ms' });
  context.report({ what: 'command → received by a Kafka consumer, p50', unit: 'ms', values: figures.received50 });
  context.report({ what: 'command → received by a Kafka consumer, p99', unit: 'ms', values: figures.received99, aim: '≤ 100 ms' });
};

export const latencyBenchmark: Benchmark = {
  name: 'latency',
  title: 'Latency: from the answer to a command to where others see it',
  about: 'Registrations through gateway and intake at a steady half of the top load, on one machine with the callers. The top load is what the system can keep up: registrations of 32 callers, until every consumer has read all that came of them. Visible: a read of the case in insight that carries the '
    + 'consistency token has answered. Received: an ordinary kafkajs consumer has the event in its hands. A first round is not counted.',
  async run(context) {
    const stack = await context.stack();
    await measure(context, stack);
    await stack.stop();
  },
};
