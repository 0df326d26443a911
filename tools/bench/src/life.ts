/**
 * A whole life, registered to closed, played by many clients at once over the built system: nine commands to three services, 33
 * events that five consumers read. Tells cases a second and where the CPU time of a case goes.
 */
import type { CaseScript, Persona } from '@lianban/tools/cases/case-script';
import { playCase } from '@lianban/tools/cases/play-case';
import { lianbanClient, type LianbanClient } from '@lianban/tools/client/index';
import { inParallel } from '@lianban/tools/feed/pool';
import { onceEach } from '@lianban/tools/once-each';
import type { Stack } from '@lianban/tools/stack';
import { level } from './level.js';
import type { Benchmark } from './measure.js';
import { spentOn } from './process-cpu.js';

const clients = 32;
const lead = 'urban-management';
const assist = 'housing';

export const lifeBenchmark: Benchmark = {
  name: 'life',
  title: 'A whole life: register … accept … dispatch … sign … complete … call-back … closed',
  about: '32 clients at once, each with one case after the other: nine commands over HTTP to three services, 33 events (16 of them sla\'s, about eight clocks) that five consumers read, until '
    + 'every consumer has read them all. The first cases after a start are told by themselves and 600 more are not measured: until then much of the code has not been compiled. CPU time is from /proc, Postgres with its backends; the clients run on the same machine and are told apart.',
  async run(context) {
    const stack = await context.stack({ LOG_LEVEL: 'info' });
    const rows = onceEach((what: string, unit: string) => ({ what, unit, values: [] as number[] }));
    const add = (what: string, unit: string, value: number) => rows(what, unit).values.push(value);
    try {
      const idle = await spentOn(stack.processes(), () => sleep(context.quick ? 2_000 : 15_000));
      const play = await player(stack);
      const early = context.quick ? 8 : 200;
      const first = await spentOn(stack.processes(), () => play(early));
      add(`CPU of a case, whole system, the first ${early} after its start`, 'ms', sum(first.cpu.values()) * 1000 / early);
      await play(context.quick ? 8 : 600);
      for (let round = 0; round < context.rounds; round += 1) {
        const cases = context.quick ? 16 : 200;
        const spent = await spentOn(stack.processes(), () => play(cases));
        add('cases from registered to closed and level', 'cases/s', cases / spent.seconds);
        add('commands', 'commands/s', (cases * commandsOf) / spent.seconds);
        add('CPU of a case, whole system', 'ms', sum(spent.cpu.values()) * 1000 / cases);
        for (const [name, seconds] of spent.cpu) add(`CPU of a case, ${name}`, 'ms', seconds * 1000 / cases);
        add('CPU of a case, the clients (not of the system)', 'ms', spent.own * 1000 / cases);
        context.say(`life, round ${round + 1}: ${(cases / spent.seconds).toFixed(1)} cases/s, ${(sum(spent.cpu.values()) * 1000 / cases).toFixed(1)} ms CPU a case`);
      }
      add('CPU of the idle system', '% of a core', (sum(idle.cpu.values()) / idle.seconds) * 100);
      for (const [name, seconds] of idle.cpu) add(`CPU when idle, ${name}`, '% of a core', (seconds / idle.seconds) * 100);
    } finally {
      await stack.stop();
    }
    for (const row of rows.made.values()) context.report(row);
  },
};

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const sleep = (ms: number) => new Promise<void>((resolve) => { setTimeout(resolve, ms); });

const commandsOf = 9;
let run = 0;

/** Nine commands, from the registration to the call-back. */
export const lifeScript = (key: string, territory: string): CaseScript => ({
  key,
  register: {
    channel: 'hotline', territory, requester: { kind: 'resident', name: '王芳', phone: '13800000000', address: '3 栋 502' }, title: '路灯不亮', description: '小区门口的路灯三天没亮了，晚上看不清路。',
  },
  steps: [
    { do: 'contact', note: '已电话联系来电人' }, { do: 'accept', level: 'general' }, { do: 'dispatch', lead, assist: [assist] },
    { do: 'sign', by: assist, round: 1 }, { do: 'sign', by: lead, round: 1 }, { do: 'complete', by: assist, round: 1, result: '已协助断电' }, { do: 'complete', by: lead, round: 1, result: '已更换灯具，现场亮灯。' },
    { do: 'call-back', round: 1, reached: true, resolved: true, satisfaction: 5 },
  ],
});

/** Plays so many cases and waits until they are closed everywhere. */
export const player = async (stack: Stack, atOnce = clients): Promise<(cases: number) => Promise<void>> => {
  const tokenFor = onceEach((persona: Persona) => stack.token(persona));
  const as = (persona: Persona) => lianbanClient({ gatewayUrl: stack.gatewayUrl, token: () => tokenFor(persona) });
  const { items: [place] } = (await as('coordinator').territories({ kind: 'estate', limit: 1 })).body;
  if (!place) throw new Error('the directory has no estate');
  return async (cases) => {
    run += 1;
    const callBacks = watchCallBacks(as('callback'));
    const problems: unknown[] = [];
    await inParallel(Array.from({ length: cases }, (_, index) => `life:${process.pid}:${run}:${index}`), atOnce, async (key) => {
      await playCase(lifeScript(key, place.code), { gatewayUrl: stack.gatewayUrl, tokenFor, callBackOf: callBacks.of }).catch((error: unknown) => problems.push(error));
    });
    callBacks.stop();
    if (problems.length > 0) throw new Error(`${problems.length} of ${cases} cases were not played to their end`, { cause: problems[0] });
    await level(stack.adminDatabaseUrl);
  };
};

/** Those who call back read the list of what is due; one reader for all of them, as a call centre's screen would. */
const watchCallBacks = (client: LianbanClient) => {
  const waiting = new Map<string, (callBackId: string) => void>();
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await sleep(50);
      if (waiting.size === 0) continue;
      const { items } = (await client.callBacks({ status: 'due', limit: 100 })).body;
      for (const { caseId, callBackId } of items) {
        waiting.get(caseId)?.(callBackId);
        waiting.delete(caseId);
      }
    }
  })();
  return {
    of: (caseId: string) => Promise.race([new Promise<string>((resolve) => { waiting.set(caseId, resolve); }), running.then(() => '')]),
    stop: () => { stopped = true; },
  };
};
