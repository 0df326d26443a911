/** Does what the plan says. Each fault resolves when it is healed, with what it really did. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { topics } from '@lianban/contracts';
import { kafkaClient } from '@lianban/kafka';
import pg from 'pg';
import { signal } from '../infrastructure/managed-process.js';
import type { Stack } from '../stack.js';
import type { Fault, FaultKind } from './plan-faults.js';
import type { SmallDisk } from './small-disk.js';
import type { TcpProxy } from './tcp-proxy.js';

export interface Surroundings {
  readonly stack: Stack;
  readonly proxies: Readonly<Record<string, TcpProxy>>;
  readonly disks: Readonly<Record<string, SmallDisk | undefined>>;
}

type Doer = (fault: Fault, surroundings: Surroundings) => Promise<string>;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const killed = async ({ stack }: Surroundings, name: string, with_: NodeJS.Signals = 'SIGKILL'): Promise<string> => {
  if (!stack.runs(name)) return `${name} was down already`;
  await stack.kill(name, with_);
  return `${name} ended by ${with_}`;
};

/** The copies of a service that run now. */
const copiesOf = ({ stack }: Surroundings, service: string): string[] =>
  Object.keys(stack.serviceUrls).filter((name) => (name === service || name.startsWith(`${service}-`)) && stack.runs(name));

const leads = async (url: string | undefined): Promise<boolean> => {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).then((response) => response.json(), () => undefined) as { checks?: { relay?: { leading?: boolean } } } | undefined;
  return answer?.checks?.relay?.leading === true;
};

const leaderOf = async (surroundings: Surroundings, service: string): Promise<string | undefined> => {
  const copies = copiesOf(surroundings, service);
  const leading = await Promise.all(copies.map((name) => leads(surroundings.stack.serviceUrls[name])));
  return copies.find((_, index) => leading[index]);
};

const failoverWithinMs = 30_000;

const killLeader: Doer = async ({ target }, surroundings) => {
  const leader = await leaderOf(surroundings, target);
  if (leader === undefined) return 'no copy said that its relay leads';
  await killed(surroundings, leader);
  const killedAt = Date.now();
  while (Date.now() < killedAt + failoverWithinMs) {
    const next = await leaderOf(surroundings, target);
    if (next !== undefined) return `the relay led in ${leader}, and leads in ${next} ${((Date.now() - killedAt) / 1000).toFixed(1)} s later`;
    await delay(100);
  }
  return `the relay led in ${leader}, and nowhere ${failoverWithinMs / 1000} s later`;
};

const lookForMs = 4_000;

/** Ends a copy while the database has a writing transaction of the service open: in the middle of a batch or a command. */
const killInTransaction: Doer = async ({ target }, surroundings) => {
  const admin = new pg.Client({ connectionString: surroundings.stack.adminDatabaseUrl, application_name: 'lianban-chaos', connectionTimeoutMillis: 2_000 });
  admin.on('error', () => undefined);
  try {
    await admin.connect();
    const until = Date.now() + lookForMs;
    while (Date.now() < until) {
      const { rows: [open] } = await admin.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity
          WHERE usename = $1 AND backend_xid IS NOT NULL AND application_name NOT LIKE '%relay%' LIMIT 1`, [`lianban_${target}`]);
      if (open) {
        // Which copy it is can't be seen through the proxy: all of them go.
        const names = copiesOf(surroundings, target);
        await Promise.all(names.map((name) => killed(surroundings, name)));
        return `${names.join(', ')} killed after “${open.query.replace(/\s+/g, ' ').slice(0, 60)}”`;
      }
    }
    return `no open transaction of ${target} seen within ${lookForMs / 1000} s`;
  } finally {
    await admin.end().catch(() => undefined);
  }
};

/** Postgres is a family: its backends go on when only the parent is stopped. */
const familyOf = (pid: number): number[] => [pid, ...readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((each) => parentOf(each) === pid)];

const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};

const frozen = new Set<number>();

/** Lets everything go on that a freeze which was broken off has left. */
export const thaw = (): void => {
  for (const pid of frozen) signal(pid, 'SIGCONT');
  frozen.clear();
};

const freeze: Doer = async ({ target, lasts }, { stack }) => {
  const pid = stack.pidOf(target);
  if (pid === undefined) return `${target} was down already`;
  const family = target === 'postgres' ? familyOf(pid) : [pid];
  for (const each of family) {
    frozen.add(each);
    signal(each, 'SIGSTOP');
  }
  await delay(lasts);
  for (const each of family) {
    signal(each, 'SIGCONT');
    frozen.delete(each);
  }
  return `${target} stood still`;
};

const viaProxy = (begin: (proxy: TcpProxy, fault: Fault) => string | Promise<string>): Doer => async (fault, { proxies }) => {
  const proxy = proxies[fault.target];
  if (!proxy) throw new Error(`no proxy before ${fault.target}`);
  const done = await begin(proxy, fault);
  await delay(fault.lasts);
  proxy.heal();
  return done;
};

/** One way, and for how long: until most commands that are under way have come to where they commit. */
const slowBeforeCut = { delayMs: 120, forMs: 2_000 };

const fillDisk: Doer = async ({ target, lasts }, { disks }) => {
  const disk = disks[target];
  if (!disk) return 'not run: this process may not mount a file system';
  const before = disk.freeMegabytes;
  await disk.fill();
  await delay(lasts);
  disk.clear();
  return `${before} MB filled and freed again`;
};

/** Positions live in Postgres; what Kafka has is a hint, and a wrong one must do no harm. Only an empty group can be moved. */
const resetOffsets: Doer = async ({ target }, surroundings) => {
  const names = copiesOf(surroundings, target);
  await Promise.all(names.map((name) => killed(surroundings, name, 'SIGTERM')));
  const admin = kafkaClient(surroundings.stack.kafkaBrokers.split(','), 'lianban-chaos', silent).admin();
  try {
    await admin.connect();
    const { groups } = await admin.listGroups();
    const ours = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(`lianban-${target}`));
    const moved: string[] = [];
    for (const groupId of ours) {
      await admin.resetOffsets({ groupId, topic: topics.case, earliest: true }).then(() => moved.push(groupId), () => undefined);
    }
    return `${names.join(', ')} left; offsets back to the start: ${moved.join(', ') || 'none, the group was not empty'}`;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};

const doers: Readonly<Record<FaultKind, Doer>> = {
  'kill': ({ target }, surroundings) => killed(surroundings, target),
  'kill-leader': killLeader,
  'kill-in-transaction': killInTransaction,
  'freeze': freeze,
  'delay': viaProxy((proxy, { amount }) => { proxy.delay(amount); return `${proxy.connections} connections slow`; }),
  'cut': viaProxy(async (proxy, { amount, lasts }) => {
    let number = 0;
    // A slow line first, so that the cut falls into the middle of commits and of sends on their way.
    proxy.delay(slowBeforeCut.delayMs);
    await delay(slowBeforeCut.forMs);
    const count = proxy.cut(() => amount === 1 || number++ % 2 === 0);
    if (lasts > 500) proxy.refuse();
    return `${count} connections cut`;
  }),
  'stall': viaProxy((proxy) => { proxy.stall(); return `${proxy.connections} connections silent`; }),
  'fill-disk': fillDisk,
  'leave-and-join': ({ target }, surroundings) => killed(surroundings, target, 'SIGTERM'),
  'reset-offsets': resetOffsets,
};

export const inject = (fault: Fault, surroundings: Surroundings): Promise<string> => doers[fault.kind](fault, surroundings);
