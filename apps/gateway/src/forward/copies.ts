/** How long until a copy that refused a connection is tried again; a service restarts within a second or two. */
const restMs = 1_000;

/** The processes of one service, and which of them gets the next request. */
export interface Copies {
  readonly urls: readonly string[];
  /** Requests that all copies together have not answered yet. */
  readonly underWay: number;
  /** A copy that was not tried yet, undefined when all were. Counts as busy until `finished`. */
  take(tried: ReadonlySet<string>): string | undefined;
  finished(url: string): void;
  /** It can't be reached: the others go first for a moment. */
  rest(url: string): void;
}

/**
 * In turn, but the copy with the fewest requests under way first: one that hangs collects a few requests and gets no more, where plain
 * turns would hand it every other request. One that rests comes last and not never: it may be the only one.
 */
export const createCopies = (urls: readonly string[], now: () => number = Date.now): Copies => {
  const busy = new Map(urls.map((url) => [url, 0]));
  const restsUntil = new Map<string, number>();
  let turn = 0;
  const resting = (url: string): number => ((restsUntil.get(url) ?? 0) > now() ? 1 : 0);
  return {
    urls,
    get underWay() { return [...busy.values()].reduce((sum, count) => sum + count, 0); },
    take(tried) {
      const inTurn = urls.map((_, index) => urls[(turn + index) % urls.length] as string).filter((url) => !tried.has(url));
      const [chosen] = inTurn.sort((one, other) => resting(one) - resting(other) || (busy.get(one) ?? 0) - (busy.get(other) ?? 0));
      if (chosen === undefined) return undefined;
      turn = (urls.indexOf(chosen) + 1) % urls.length;
      busy.set(chosen, (busy.get(chosen) ?? 0) + 1);
      return chosen;
    },
    finished: (url) => { busy.set(url, (busy.get(url) ?? 1) - 1); },
    rest: (url) => { restsUntil.set(url, now() + restMs); },
  };
};
