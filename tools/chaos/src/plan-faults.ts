/** Which faults a seed stands for. Pure: the same seed and length give the same plan; what the machine makes of it differs a little each time. */
import { listenersOf, sources, topics } from '@lianban/contracts';
import { chanceOf, type Chance } from '@lianban/tools/feed/chance';

export const faultKinds = [
  'kill', 'kill-leader', 'kill-in-transaction', 'freeze', 'freeze-leader', 'delay', 'cut', 'stall', 'fill-disk', 'leave-and-join', 'reset-offsets',
  'foreign-message', 'foreign-transaction', 'slow-bodies', 'absent-issuer',
] as const;
/** What a topic is set to while a foreign message comes; ours are stored so too, then. */
export const foreignCompressions = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** A process, a service, one of the two servers, a topic, or the identity provider, as the kind has it. */
  readonly target: string;
  /** Milliseconds after the load began. */
  readonly at: number;
  /** How long it lasts; 0 for what happens at once. */
  readonly lasts: number;
  /** Share of the connections that are cut; one-way delay in milliseconds; of a foreign message which compression, and of a foreign transaction how it ends. */
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

/** Kafka takes a member for dead after 15 s without a heartbeat: a freeze is longer, so that the group goes on without it and it comes back late. A leader's lease is 3 s. */
const freezeMs: readonly [number, number] = [16_000, 19_000];
const lengths: Readonly<Record<FaultKind, readonly [number, number]>> = {
  'kill': [0, 0], 'kill-leader': [0, 0], 'kill-in-transaction': [0, 0], 'leave-and-join': [0, 0], 'reset-offsets': [0, 0],
  'freeze': freezeMs, 'freeze-leader': [4_500, 8_000], 'delay': [3_000, 8_000], 'cut': [0, 4_000], 'stall': [3_000, 13_000], 'fill-disk': [4_000, 8_000],
  // Longer than the 60 s after which a broker ends a transaction by itself is of no use to anybody.
  'foreign-message': [3_000, 8_000], 'foreign-transaction': [5_000, 20_000], 'slow-bodies': [6_000, 12_000], 'absent-issuer': [8_000, 25_000],
};
/** After something was killed, so long before the same is hit again: it has to get up. */
export const recoveryMs = 6_000;
const ofOneProcess: readonly FaultKind[] = ['kill', 'freeze', 'leave-and-join', 'slow-bodies'];

/** Kinds come from a shuffled pack that is dealt again and again, and so do the targets of each kind: in a run that is long enough each kind hits each target. Faults overlap, but not on one target. */
export const planFaults = ({ seed, lengthMs, processes, servers, kinds }: PlanOptions): Fault[] => {
  const faults: Fault[] = [];
  let pack: FaultKind[] = [];
  const targets = new Map<FaultKind, string[]>();
  for (let number = 0, at = 1_500; at < lengthMs; number += 1) {
    const chance = chanceOf(`faults ${seed} ${number}`);
    if (pack.length === 0) pack = shuffled(kinds, chance);
    const amount = (kind: FaultKind) => (kind === 'delay' ? Math.round(20 + chance.of('amount') * 200) : kind === 'foreign-message' ? Math.floor(chance.of('amount') * foreignCompressions.length) : chance.of('amount') < 0.5 ? 1 : 0.5);
    const next = (kind: FaultKind): Fault | undefined => {
      const [least, most] = lengths[kind];
      const lasts = Math.round(least + chance.of('lasts') * (most - least));
      if (at + lasts > lengthMs + 4_000) return undefined;
      if (!targets.get(kind)?.length) targets.set(kind, dealt(kind, chanceOf(`targets ${seed} ${number} ${kind}`), processes, servers));
      const target = targets.get(kind)?.find((name) => !faults.some((other) => other.target === name && at < other.at + other.lasts + recoveryMs));
      return target === undefined ? undefined : { kind, target, at, lasts, amount: amount(kind) };
    };
    // What can't come yet keeps its place in the packs.
    const fault = pack.map(next).find((one) => one !== undefined);
    if (fault) {
      faults.push(fault);
      pack = pack.filter((kind) => kind !== fault.kind);
      targets.set(fault.kind, (targets.get(fault.kind) ?? []).filter((name) => name !== fault.target));
    }
    at += Math.round(1_100 + chance.of('pause') * 3_600);
  }
  return faults;
};

/** `sla-2` is a copy of `sla`. */
export const serviceOf = (process: string): string => process.replace(/-\d+$/, '');

/** All copies of a service together are hit as often as the gateway or a server. */
const targetsOf = (kind: FaultKind, processes: readonly string[], servers: readonly string[]): readonly string[] => {
  const services = [...new Set(processes.map(serviceOf))];
  switch (kind) {
    case 'kill': case 'freeze': return [...services, ...servers];
    case 'kill-leader': case 'freeze-leader': return sources;
    case 'leave-and-join': return services.filter((name) => name !== 'gateway');
    case 'kill-in-transaction': case 'reset-offsets': return listenersOf(topics.case);
    case 'delay': case 'cut': case 'stall': case 'fill-disk': return servers;
    case 'foreign-message': case 'foreign-transaction': return Object.values(topics);
    case 'slow-bodies': return services;
    case 'absent-issuer': return ['issuer'];
  }
};

/** The targets of a kind in the order they are hit; of a service, where one process is hit, any copy. */
const dealt = (kind: FaultKind, chance: Chance, processes: readonly string[], servers: readonly string[]): string[] =>
  shuffled(targetsOf(kind, processes, servers), chance).map((target) => {
    const copies = processes.filter((name) => serviceOf(name) === target);
    return copies.length > 0 && ofOneProcess.includes(kind) ? chance.pick(`copy of ${target}`, copies) : target;
  });

const shuffled = <T>(list: readonly T[], chance: Chance): T[] =>
  list.map((one, index) => [chance.of(`shuffle ${index}`), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);

export const describeFault = ({ kind, target, lasts, amount }: Fault): string => {
  const seconds = lasts > 0 ? ` for ${(lasts / 1000).toFixed(1)} s` : '';
  const how = kind === 'delay' ? ` by ${amount} ms each way` : kind === 'cut' ? ` (${amount === 1 ? 'all' : 'half of the'} connections)` : kind === 'foreign-message' ? ` (${foreignCompressions[amount]})` : kind === 'foreign-transaction' ? ` (${amount === 1 ? 'commit' : 'abort'})` : '';
  return `${kind} ${target}${how}${seconds}`;
};
