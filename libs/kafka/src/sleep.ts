/** The reason why a sleep ends early. Without a fixed reason each abort would build an exception with a stack, many times a second. */
export const cutShort = 'cut short';

/** Sleeps `ms`, or until one of the signals fires. True when a signal cut it short. */
export const abortableSleep = (ms: number, ...signals: readonly AbortSignal[]): Promise<boolean> =>
  new Promise((resolve) => {
    if (signals.some((signal) => signal.aborted)) return resolve(true);
    const done = (cut: boolean) => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
      resolve(cut);
    };
    const onAbort = () => done(true);
    const timer = setTimeout(() => done(false), ms);
    for (const signal of signals) signal.addEventListener('abort', onAbort);
  });

/** Waits for `work`, but no longer than `ms`; its later result is ignored. False when it was not done in time. */
export const within = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
  const finished = new AbortController();
  void work.catch(() => undefined).then(() => finished.abort(cutShort));
  return abortableSleep(ms, finished.signal);
};
