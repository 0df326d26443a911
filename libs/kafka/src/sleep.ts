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
