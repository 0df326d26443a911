interface Node {
  readonly code: string;
  readonly parent: string | null;
}

/** The code itself, then the territories above it up to the district. A code nobody knows has itself only. */
export const ancestry = (territories: readonly Node[]): ((code: string) => readonly string[]) => {
  const parents = new Map(territories.map(({ code, parent }) => [code, parent]));
  return (code) => {
    const path = [code];
    // A loop, which the reference data should not have, ends it.
    for (let above = parents.get(code); above && !path.includes(above); above = parents.get(above)) path.push(above);
    return path;
  };
};
