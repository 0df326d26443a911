import { groupSize, queueRefused, queueSeconds } from './metrics.js';

/** A queue was full, or its turn did not come in time; what was to be done has not begun and may be asked for again. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

export interface GroupOptions {
  /** How many may wait; one more is refused at once. */
  readonly maxWaiting: number;
  /** How long one may wait for its turn, in milliseconds. */
  readonly maxWaitMs: number;
  readonly maxGroup: number;
  /** Groups on their way at a time. */
  readonly atOnce: number;
  /** Whether an error says for sure that nothing of the group was done: then each is tried again alone, so that it hits its cause only. */
  readonly isUndone: (error: unknown) => boolean;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly since: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Does together what callers ask for one by one: `work` gets whatever has queued up while earlier groups were on their way, and returns
 * the outcomes in the same order. A caller alone is served at once.
 * @throws Overloaded, or what `work` threw
 */
export const inGroups = <Item, Outcome>(work: (items: readonly Item[]) => Promise<readonly Outcome[]>, options: GroupOptions): ((item: Item) => Promise<Outcome>) => {
  let waiting: Waiting<Item, Outcome>[] = [];
  let running = 0;
  let scheduled = false;
  let expiry: NodeJS.Timeout | undefined;

  const run = async (group: readonly Waiting<Item, Outcome>[]): Promise<void> => {
    try {
      const outcomes = await work(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(outcomes[index] as Outcome);
    } catch (error) {
      if (group.length === 1 || !options.isUndone(error)) for (const { reject } of group) reject(error);
      else await Promise.all(group.map((one) => run([one])));
    }
  };

  const start = (): void => {
    scheduled = false;
    while (running < options.atOnce && waiting.length > 0) {
      const group = waiting.slice(0, options.maxGroup);
      waiting = waiting.slice(options.maxGroup);
      running += 1;
      groupSize.observe(group.length);
      queueSeconds.observe((Date.now() - (group[0]?.since ?? 0)) / 1000);
      void run(group).finally(() => {
        running -= 1;
        start();
      });
    }
  };

  const expire = (): void => {
    expiry = undefined;
    const since = Date.now() - options.maxWaitMs;
    const late = waiting.filter((one) => one.since <= since);
    waiting = waiting.filter((one) => one.since > since);
    queueRefused.inc(late.length);
    for (const { reject } of late) reject(new Overloaded(`its turn did not come within ${options.maxWaitMs} ms`));
    watchOldest();
  };
  const watchOldest = (): void => {
    const [oldest] = waiting;
    if (oldest && !expiry) expiry = setTimeout(expire, Math.max(1, oldest.since + options.maxWaitMs - Date.now())).unref();
  };

  return (item) => new Promise<Outcome>((resolve, reject) => {
    if (waiting.length >= options.maxWaiting) {
      queueRefused.inc();
      reject(new Overloaded(`${waiting.length} are waiting already`));
      return;
    }
    waiting.push({ item, since: Date.now(), resolve, reject });
    watchOldest();
    // After everything that this turn of the event loop has read: what came in together goes together.
    if (!scheduled && running < options.atOnce) {
      scheduled = true;
      setImmediate(start);
    }
  });
};
