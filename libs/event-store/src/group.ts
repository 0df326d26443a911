import { groupSize, queueRefused, queueSeconds } from './metrics.js';

/** The queue was full, or the turn did not come in time. The work has not begun and may be asked for again. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

export interface GroupOptions {
  /** How many may wait; one more is refused at once. */
  readonly maxWaiting: number;
  /** How long one may wait for its turn, in milliseconds. */
  readonly maxWaitMs: number;
  readonly maxGroup: number;
  /** From this size on a group is split, so that one half is built while the database writes the other. Splitting a smaller one costs more than it saves. */
  readonly cutFrom: number;
  /** How many groups run at a time. */
  readonly atOnce: number;
  /** Whether an error is proof that nothing of the group was done. Then each is tried again alone, so that only its cause fails. */
  readonly isUndone: (error: unknown) => boolean;
  /** Whether a failed item only met a lock. Then it is tried again alone with a longer wait, even if it was alone before. */
  readonly isBusy: (error: unknown) => boolean;
  /** How many are tried again alone at a time. They run beside the groups and don't delay them. */
  readonly aloneAtOnce: number;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly since: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Does together what callers ask for one by one: `work` gets whatever has queued up while earlier groups were on their way, and returns
 * the outcomes in the same order. A caller alone is served at once. `alone`: it is one that failed before, in a place of its own, and may
 * be patient with locks.
 * @throws Overloaded, or what `work` threw
 */
export const inGroups = <Item, Outcome>(work: (items: readonly Item[], alone: boolean) => Promise<readonly Outcome[]>, options: GroupOptions): ((item: Item) => Promise<Outcome>) => {
  let waiting: Waiting<Item, Outcome>[] = [];
  let again: Waiting<Item, Outcome>[] = [];
  let running = 0;
  let onTheirWay = 0;
  let runningAlone = 0;
  let scheduled = false;
  let expiry: NodeJS.Timeout | undefined;

  const run = async (group: readonly Waiting<Item, Outcome>[], alone = false): Promise<void> => {
    try {
      const outcomes = await work(group.map(({ item }) => item), alone);
      for (const [index, { resolve }] of group.entries()) resolve(outcomes[index] as Outcome);
    } catch (error) {
      if (!alone && options.isUndone(error) && (group.length > 1 || options.isBusy(error))) again.push(...group);
      else for (const { reject } of group) reject(error);
    }
  };

  /**
   * Of many an equal share for each of the groups at a time. All in one group would come back in one, and so go in one again: the database would stand
   * still while this process puts it together, and this process while the database works.
   */
  const share = (): number => Math.min(options.maxGroup, Math.max(options.cutFrom, Math.ceil((waiting.length + onTheirWay) / options.atOnce)));

  const start = (): void => {
    scheduled = false;
    while (running < options.atOnce && waiting.length > 0) {
      const size = share();
      const group = waiting.slice(0, size);
      waiting = waiting.slice(size);
      running += 1;
      onTheirWay += group.length;
      groupSize.observe(group.length);
      queueSeconds.observe((Date.now() - (group[0]?.since ?? 0)) / 1000);
      void run(group).finally(() => {
        running -= 1;
        onTheirWay -= group.length;
        proceed();
      });
    }
    while (runningAlone < options.aloneAtOnce) {
      const one = again.shift();
      if (!one) break;
      runningAlone += 1;
      void run([one], true).finally(() => {
        runningAlone -= 1;
        proceed();
      });
    }
    watchOldest();
  };

  /** A full share need not wait; less does, for everything that this turn of the event loop has read: what came in together goes together. */
  const proceed = (): void => {
    if (waiting.length >= share()) start();
    else if (!scheduled) {
      scheduled = true;
      setImmediate(start);
    }
  };

  const expire = (): void => {
    expiry = undefined;
    const since = Date.now() - options.maxWaitMs;
    const late = [...again, ...waiting].filter((one) => one.since <= since);
    [again, waiting] = [again, waiting].map((queue) => queue.filter((one) => one.since > since)) as [typeof again, typeof waiting];
    queueRefused.inc(late.length);
    for (const { reject } of late) reject(new Overloaded(`its turn did not come within ${options.maxWaitMs} ms`));
    watchOldest();
  };
  const watchOldest = (): void => {
    if (expiry || again.length + waiting.length === 0) return;
    const oldest = Math.min(again[0]?.since ?? Infinity, waiting[0]?.since ?? Infinity);
    expiry = setTimeout(expire, Math.max(1, oldest + options.maxWaitMs - Date.now())).unref();
  };

  return (item) => new Promise<Outcome>((resolve, reject) => {
    if (again.length + waiting.length >= options.maxWaiting) {
      queueRefused.inc();
      reject(new Overloaded(`${again.length + waiting.length} are waiting already`));
      return;
    }
    waiting.push({ item, since: Date.now(), resolve, reject });
    watchOldest();
    if (running < options.atOnce) proceed();
  });
};
