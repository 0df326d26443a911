/** Makes one of each name with the first call, and gives it to all others: tokens of personas, servers by worker. */
export const onceEach = <N extends readonly unknown[], T>(make: (...name: N) => T): ((...name: N) => T) & { readonly made: ReadonlyMap<string, T> } => {
  const made = new Map<string, T>();
  const of = (...name: N): T => {
    const key = JSON.stringify(name);
    if (!made.has(key)) made.set(key, make(...name));
    return made.get(key) as T;
  };
  return Object.assign(of, { made });
};
