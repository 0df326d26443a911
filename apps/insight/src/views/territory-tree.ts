/** The codes of a territory and of all that lies in it. Empty when there is no such territory. */
export const withDescendants = (code: string, territories: readonly { readonly code: string; readonly parent: string | null }[]): string[] => {
  const children = new Map<string, string[]>();
  for (const territory of territories) {
    if (territory.parent !== null) children.set(territory.parent, [...(children.get(territory.parent) ?? []), territory.code]);
  }
  const found = new Set(territories.some((territory) => territory.code === code) ? [code] : []);
  // Iterating a set also visits what is added meanwhile.
  for (const next of found) for (const child of children.get(next) ?? []) found.add(child);
  return [...found];
};
