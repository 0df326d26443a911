/** Which faults a seed stands for. Pure: the same seed and length give the same plan; what the machine makes of it differs a little each time. */
import { chanceOf, type Chance } from '../feed/chance.js';

export const faultKinds = [
  'kill', 'kill-leader', 'kill-in-transaction', 'freeze', 'delay', 'cut', 'stall', 'fill-disk', 'leave-and-join', 'reset-offsets',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** A process, a service, or one of the two servers, as the kind has it. */
  readonly target: string;
  /** Milliseconds after the load began. */
  readonly at: number;
  /** How long it lasts; 0 for what happens at once. */
  readonly lasts: number;
  /** Share of the connections that are cut; one-way delay in milliseconds. */
  readonly amount: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly lengthMs: number;
  /** As the supervisor names them: copies of services, and gateway. */
  readonly processes: readonly string[];
  /** Postgres and the brokers of Kafka. */
  readonly servers: readonly string[];
  /** Left out when this machine can't: no right to mount a small disk. */
  readonly kinds: readonly FaultKind[];
}

/** Kafka takes a member for dead after 15 s without a heartbeat: a freeze is longer, so that the group goes on without it and it comes back late. */
const freezeMs: readonly [number, number] = [16_000, 19_000];
const lengths: Readonly<Record<FaultKind, readonly [number, number]>> = {
  'kill': [0, 0], 'kill-leader': [0, 0], 'kill-in-transaction': [0, 0], 'leave-and-join': [0, 0], 'reset-offsets': [0, 0],
  'freeze': freezeMs, 'delay': [3_000, 8_000], 'cut': [0, 4_000], 'stall': [3_000, 13_000], 'fill-disk': [4_000, 8_000],
};
/** After something was killed, so long before the same is hit again: it has to get up. */
const recoveryMs = 6_000;
const deciding = ['intake', 'dispatch', 'sla', 'satisfaction'];

/** A shuffled pack of all kinds, dealt again and again, so that a run of a few minutes has each. Faults overlap, but not on one target. */
export const planFaults = ({ seed, lengthMs, processes, servers, kinds }: PlanOptions): Fault[] => {
  const faults: Fault[] = [];
  let pack: FaultKind[] = [];
  for (let number = 0, at = 1_500; at < lengthMs; number += 1) {
    const chance = chanceOf(`faults ${seed} ${number}`);
    if (pack.length === 0) pack = shuffled(kinds, chance);
    const kind = pack.shift() as FaultKind;
    const [least, most] = lengths[kind];
    const lasts = Math.round(least + chance.of('lasts') * (most - least));
    const target = chance.pick('target', targetsOf(kind, processes, servers));
    const amount = kind === 'delay' ? Math.round(20 + chance.of('amount') * 200) : chance.of('amount') < 0.5 ? 1 : 0.5;
    const busy = faults.some((other) => other.target === target && at < other.at + other.lasts + recoveryMs);
    if (!busy && at + lasts <= lengthMs + 4_000) faults.push({ kind, target, at, lasts, amount });
    at += Math.round(1_500 + chance.of('pause') * 5_000);
  }
  return faults;
};

const targetsOf = (kind: FaultKind, processes: readonly string[], servers: readonly string[]): readonly string[] => {
  switch (kind) {
    // Each server as often as all copies of one service together.
    case 'kill': return [...processes, ...servers];
    case 'freeze': return [...processes, ...servers];
    case 'kill-leader': return deciding;
    case 'kill-in-transaction': return [...deciding, 'insight'];
    case 'leave-and-join': return processes.filter((name) => name !== 'gateway');
    case 'reset-offsets': return [...deciding, 'insight'];
    case 'delay': case 'cut': case 'stall': case 'fill-disk': return servers;
  }
};

const shuffled = <T>(list: readonly T[], chance: Chance): T[] =>
  list.map((one, index) => [chance.of(`shuffle ${index}`), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);

export const describeFault = ({ kind, target, lasts, amount }: Fault): string => {
  const seconds = lasts > 0 ? ` for ${(lasts / 1000).toFixed(1)} s` : '';
  const how = kind === 'delay' ? ` by ${amount} ms each way` : kind === 'cut' ? ` (${amount === 1 ? 'all' : 'half of the'} connections)` : '';
  return `${kind} ${target}${how}${seconds}`;
};
