/** Does what the plan says. Each fault ends when it is healed, with what it really did. */
import { setTimeout as delay } from 'node:timers/promises';
import { topics } from '@lianban/contracts';
import { kafkaClient } from '@lianban/kafka';
import pg from 'pg';
import { signal } from '@lianban/tools/infrastructure/managed-process';
import { descendantsOf, statOf } from '@lianban/tools/infrastructure/proc';
import type { Stack } from '@lianban/tools/stack';
import type { Outcome } from './check-faults.js';
import { foreignMessage, foreignTransaction, slowBodies } from './foreigners.js';
import { foreignCompressions, recoveryMs, serviceOf } from './plan-faults.js';
import type { Fault, FaultKind } from './plan-faults.js';
import type { SmallDisk } from './small-disk.js';
import type { TcpProxy } from './tcp-proxy.js';

export interface Surroundings {
  readonly stack: Stack;
  readonly proxies: Readonly<Record<string, TcpProxy>>;
  readonly disks: Readonly<Record<string, SmallDisk | undefined>>;
  /** Before the server of the keys by which tokens are checked. */
  readonly issuer: TcpProxy;
}

/** @returns what it did. @throws Error when there was nothing to hit; FailoverFailed when it hit, and the system did not cope */
type Doer = (fault: Fault, surroundings: Surroundings) => Promise<string>;

class FailoverFailed extends Error {}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const killed = async ({ stack }: Surroundings, name: string, with_: NodeJS.Signals = 'SIGKILL'): Promise<string> => {
  await stack.kill(name, with_);
  return `${name} ended by ${with_}`;
};

/** The copies of a service that run now. */
const copiesOf = ({ stack }: Surroundings, service: string): string[] =>
  Object.keys(stack.serviceUrls).filter((name) => serviceOf(name) === service && stack.runs(name));

const leads = async (url: string | undefined): Promise<boolean> => {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3_000) }).then((response) => response.json(), () => undefined) as { checks?: { relay?: { leading?: boolean } } } | undefined;
  return answer?.checks?.relay?.leading === true;
};

const leaderOf = async (surroundings: Surroundings, service: string): Promise<string | undefined> => {
  const copies = copiesOf(surroundings, service);
  const leading = await Promise.all(copies.map((name) => leads(surroundings.stack.serviceUrls[name])));
  return copies.find((_, index) => leading[index]);
};

/** While its copies, Postgres and Kafka are left alone: without them nobody can lead. */
const failoverWithinMs = 30_000;
/** When each fault was over; Infinity while it is on. */
const over = new Map<Fault, number>();
const isCalm = (fault: Fault, { proxies }: Surroundings): boolean => [...over].every(([other, at]) =>
  other === fault || !(other.target in proxies || serviceOf(other.target) === fault.target) || Date.now() > at + recoveryMs);

/** How long until one leads that may be counted. */
const nextLeader = async (fault: Fault, before: string, surroundings: Surroundings, counts: (name: string) => boolean = () => true): Promise<string> => {
  const since = Date.now();
  for (let calmMs = 0; calmMs < failoverWithinMs;) {
    const asked = Date.now();
    const next = await leaderOf(surroundings, fault.target);
    if (next !== undefined && counts(next)) return `the relay led in ${before}, and leads in ${next} ${((Date.now() - since) / 1000).toFixed(1)} s later`;
    await delay(100);
    if (isCalm(fault, surroundings)) calmMs += Date.now() - asked;
  }
  throw new FailoverFailed(`the relay of ${fault.target} led in ${before}, and nowhere else ${failoverWithinMs / 1000} s later`);
};

const killLeader: Doer = async (fault, surroundings) => {
  const leader = await leadingNow(fault.target, surroundings);
  await killed(surroundings, leader);
  return nextLeader(fault, leader, surroundings);
};

const leadingNow = async (target: string, surroundings: Surroundings): Promise<string> => {
  const leader = await leaderOf(surroundings, target);
  if (leader === undefined) throw new Error(`no copy of ${target} said that its relay leads`);
  return leader;
};

/** Until a standby leads; a copy that is alone leads again when it goes on. */
const freezeLeader: Doer = async (fault, surroundings) => {
  const { target, lasts } = fault;
  const leader = await leadingNow(target, surroundings);
  const isAlone = Object.keys(surroundings.stack.serviceUrls).filter((name) => serviceOf(name) === target).length === 1;
  const pid = pidOf(leader, surroundings);
  const goOn = stop(pid);
  try {
    const standby = isAlone ? undefined : nextLeader(fault, leader, surroundings, (name) => surroundings.stack.pidOf(name) !== pid);
    // Heard below; it may come before the time is over.
    standby?.catch(() => undefined);
    await delay(lasts);
    if (standby) return await standby;
  } finally {
    goOn();
  }
  return nextLeader(fault, leader, surroundings);
};

const lookForMs = 4_000;

/** Ends a copy while the database has a writing transaction of the service open: in the middle of a batch or a command. */
const killInTransaction: Doer = async ({ target }, surroundings) => {
  const admin = new pg.Client({ connectionString: surroundings.stack.adminDatabaseUrl, application_name: 'lianban-chaos', connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  admin.on('error', () => undefined);
  try {
    await admin.connect();
    const until = Date.now() + lookForMs;
    while (Date.now() < until) {
      const { rows: [open] } = await admin.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity
          WHERE usename = $1 AND backend_xid IS NOT NULL AND application_name NOT LIKE '%relay%' LIMIT 1`, [`lianban_${target}`]);
      const names = copiesOf(surroundings, target);
      if (open && names.length > 0) {
        // Which copy it is can't be seen through the proxy: all of them go.
        await Promise.all(names.map((name) => killed(surroundings, name)));
        return `${names.join(', ')} killed after “${open.query.replace(/\s+/g, ' ').slice(0, 60)}”`;
      }
    }
    throw new Error(`no open transaction of ${target} seen within ${lookForMs / 1000} s`);
  } finally {
    await admin.end().catch(() => undefined);
  }
};

const frozen = new Set<number>();

/** Lets everything go on that a freeze which was broken off has left. */
export const thaw = (): void => {
  for (const pid of frozen) signal(pid, 'SIGCONT');
  frozen.clear();
};

const pidOf = (name: string, { stack }: Surroundings): number => {
  const pid = stack.pidOf(name);
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
};

/** @returns lets it go on */
const stop = (...pids: readonly number[]): (() => void) => {
  const goOn = () => pids.forEach((pid) => {
    signal(pid, 'SIGCONT');
    frozen.delete(pid);
  });
  for (const pid of pids) {
    frozen.add(pid);
    signal(pid, 'SIGSTOP');
  }
  if (!pids.some((pid) => statOf(pid)?.state === 'T')) {
    goOn();
    throw new Error('nothing stood still');
  }
  return goOn;
};

const freeze: Doer = async ({ target, lasts }, surroundings) => {
  const pid = pidOf(target, surroundings);
  // Postgres is a family: its backends go on when only the parent is stopped.
  const goOn = stop(pid, ...(target === 'postgres' ? descendantsOf(pid).map((each) => each.pid) : []));
  await delay(lasts);
  goOn();
  return `${target} stood still`;
};

const viaProxy = (begin: (proxy: TcpProxy, fault: Fault) => string | Promise<string>): Doer => async (fault, { proxies }) => {
  const proxy = proxies[fault.target];
  if (!proxy) throw new Error(`no proxy before ${fault.target}`);
  if (proxy.connections === 0) throw new Error(`nobody is connected to ${fault.target}`);
  try {
    const done = await begin(proxy, fault);
    await delay(fault.lasts);
    return done;
  } finally {
    proxy.heal();
  }
};

/** One way, and for how long: until most commands that are under way have come to where they commit. */
const slowBeforeCut = { delayMs: 120, forMs: 2_000 };

const fillDisk: Doer = async ({ target, lasts }, { disks }) => {
  const disk = disks[target];
  if (!disk) throw new Error('this process may not mount a file system');
  const before = disk.freeMegabytes;
  try {
    if (!(await disk.fill())) throw new Error(`${disk.freeMegabytes} of ${before} MB stayed free`);
    await delay(lasts);
  } finally {
    disk.clear();
  }
  return `${before} MB filled and freed again`;
};

/** Positions live in Postgres; what Kafka has is a hint, and a wrong one must do no harm. Only an empty group can be moved. */
const resetOffsets: Doer = async ({ target }, surroundings) => {
  const admin = kafkaClient(surroundings.stack.kafkaBrokers.split(','), 'lianban-chaos', silent).admin();
  const move = async (): Promise<string> => {
    await admin.connect();
    const names = copiesOf(surroundings, target);
    await Promise.all(names.map((name) => killed(surroundings, name, 'SIGTERM')));
    const { groups } = await admin.listGroups();
    const moved: string[] = [];
    let refusal = 'it has no group';
    for (const { groupId } of groups.filter((group) => group.groupId.startsWith(`lianban-${target}`))) {
      await admin.resetOffsets({ groupId, topic: topics.case, earliest: true }).then(() => moved.push(groupId), (error: Error) => { refusal = error.message; });
    }
    if (moved.length === 0) throw new Error(`no offsets of ${target} moved: ${refusal}`);
    return `${names.join(', ')} left; offsets back to the start: ${moved.join(', ')}`;
  };
  return withKafka(0, move()).finally(() => void admin.disconnect().catch(() => undefined));
};
const kafkaWithinMs = 20_000;

/** The client may wait for ever for an answer that was cut off. */
const withKafka = (lasts: number, work: Promise<string>): Promise<string> => {
  work.catch(() => undefined);
  return Promise.race([work, delay(lasts + kafkaWithinMs).then(() => { throw new Error(`no answer of Kafka within ${kafkaWithinMs / 1000} s`); })]);
};

const answers = ({ port }: TcpProxy): Promise<boolean> => fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);

const doers: Readonly<Record<FaultKind, Doer>> = {
  'kill': ({ target }, surroundings) => killed(surroundings, target),
  'kill-leader': killLeader,
  'kill-in-transaction': killInTransaction,
  'freeze': freeze,
  'freeze-leader': freezeLeader,
  'delay': viaProxy((proxy, { amount }) => { proxy.delay(amount); return `${proxy.connections} connections slow`; }),
  'cut': viaProxy(async (proxy, { amount, lasts }) => {
    let number = 0;
    // A slow line first, so that the cut falls into the middle of commits and of sends on their way.
    proxy.delay(slowBeforeCut.delayMs);
    await delay(slowBeforeCut.forMs);
    const count = proxy.cut(() => amount === 1 || number++ % 2 === 0);
    if (count === 0) throw new Error('there was no connection to cut');
    if (lasts > 500) proxy.refuse();
    return `${count} connections cut`;
  }),
  'stall': viaProxy((proxy) => { proxy.stall(); return `${proxy.connections} connections silent`; }),
  'fill-disk': fillDisk,
  'leave-and-join': ({ target }, surroundings) => killed(surroundings, target, 'SIGTERM'),
  'reset-offsets': resetOffsets,
  'foreign-message': ({ target, lasts, amount }, { stack }) => withKafka(lasts, foreignMessage(stack.kafkaBrokers.split(','), target, foreignCompressions[amount] ?? 'lz4', lasts)),
  'foreign-transaction': ({ target, lasts, amount }, { stack }) => withKafka(lasts, foreignTransaction(stack.kafkaBrokers.split(','), target, lasts, amount === 1 ? 'commit' : 'abort')),
  'slow-bodies': async ({ target, lasts }, { stack }) => {
    const { held, answered, asked } = await slowBodies(stack.serviceUrls[target] ?? '', lasts);
    if (answered === 0) throw new FailoverFailed(`${target} did not answer once in ${asked} tries while ${held} requests were half sent`);
    return `${held} requests half sent to ${target}; it answered ${answered} of ${asked} others`;
  },
  'absent-issuer': async ({ lasts }, { issuer }) => {
    issuer.refuse();
    issuer.cut();
    try {
      if (await answers(issuer)) throw new Error('the keys can still be had');
      await delay(lasts);
    } finally {
      issuer.heal();
    }
    if (!(await answers(issuer))) throw new Error('the keys do not come back');
    return 'the keys could not be had';
  },
};

/** What another fault has taken away is mostly back after so long. */
const patienceMs = 25_000;
const pauseMs = 500;

/** Tries for a while, since what it is to hit may be away because of another fault. */
export const inject = async (fault: Fault, surroundings: Surroundings): Promise<Outcome> => {
  const until = Date.now() + patienceMs;
  for (;;) {
    over.set(fault, Infinity);
    try {
      return { effect: 'took', did: await doers[fault.kind](fault, surroundings) };
    } catch (error) {
      const did = error instanceof Error ? error.message : String(error);
      if (error instanceof FailoverFailed) return { effect: 'broke', did };
      if (Date.now() > until) return { effect: 'none', did };
    } finally {
      over.set(fault, Date.now());
    }
    await delay(pauseMs);
  }
};
