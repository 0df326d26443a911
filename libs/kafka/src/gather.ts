import type { PartWithBeat } from './apply-events.js';

/** How many groups run at the same time: while one waits for a lock, the other partitions go on. */
const groupsAtOnce = 2;
/** From this many events on, a group is split in two: while the database writes one half, this process works on the other. */
const manyEvents = 500;

export interface Gathered {
  /** The partition's next offset. */
  readonly mine: Promise<bigint>;
  /** Fulfilled when the other partitions of the group have ended, well or badly, or have left it. */
  readonly others: Promise<unknown>;
  /** Nobody waits for this partition any longer: neither its group nor the groups after it. */
  leave(): void;
}

/**
 * Brings together what the client hands over partition by partition: all of one fetch, and whatever comes while the groups before
 * are under way.
 */
export const createGathering = (applyTogether: (parts: readonly PartWithBeat[]) => readonly Promise<bigint>[]) => {
  let waiting: { part: PartWithBeat; handOver: (gathered: Gathered) => void }[] = [];
  let underWay = 0;
  let scheduled = false;

  const begin = () => {
    scheduled = false;
    if (waiting.length === 0 || underWay === groupsAtOnce) return;
    const group = underWay === 0 ? firstHalf(waiting) : waiting;
    waiting = waiting.filter((one) => !group.includes(one));
    if (waiting.length > 0) schedule();
    underWay += 1;
    const members = applyTogether(group.map(({ part }) => part)).map((mine) => ({ mine, ...leavable(mine) }));
    group.forEach(({ handOver }, index) => {
      const { mine, leave } = members[index] as typeof members[number];
      handOver({ mine, others: Promise.all(members.filter((_, other) => other !== index).map(({ through }) => through)), leave });
    });
    void Promise.all(members.map(({ through }) => through)).then(() => {
      underWay -= 1;
      schedule();
    });
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    // After the client has handed over the rest of its fetch.
    setImmediate(begin);
  };

  return (part: PartWithBeat): Promise<Gathered> => new Promise((handOver) => {
    waiting.push({ part, handOver });
    schedule();
  });
};

/** All of a small batch; about half of a large one, by whole partitions. */
const firstHalf = <Waiting extends { readonly part: PartWithBeat }>(waiting: readonly Waiting[]): readonly Waiting[] => {
  const sizeOf = ({ part }: Waiting) => part.events.length;
  const all = waiting.reduce((sum, one) => sum + sizeOf(one), 0);
  if (all < manyEvents || waiting.length < 2) return waiting;
  const half: Waiting[] = [];
  let size = 0;
  for (const one of [...waiting].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    // The largest goes first, however large it is.
    if (half.length > 0 && size + sizeOf(one) > all / 2) continue;
    half.push(one);
    size += sizeOf(one);
  }
  return half;
};

/** `through` is fulfilled when `work` has ended, well or badly, or with `leave`. */
const leavable = (work: Promise<unknown>) => {
  let leave: () => void = () => undefined;
  const through = new Promise<void>((resolve) => {
    leave = resolve;
    work.then(() => resolve(), () => resolve());
  });
  return { through, leave };
};
