/** Runs `work` over the items, at most `concurrency` at a time, in their order of start. `work` must not throw. */
export const inParallel = async <T>(items: readonly T[], concurrency: number, work: (item: T) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async () => {
    for (let mine = next++; mine < items.length; mine = next++) await work(items[mine] as T);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, worker));
};
