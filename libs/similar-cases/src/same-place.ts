interface Place { readonly code: string; readonly parent: string | null }

/**
 * The same territory, or one within the other. The district as a whole is no place.
 * @param pathUp from a territory to the top of the tree, itself first
 */
export const samePlaceIn = (pathUp: (code: string) => readonly Place[]): ((one: string, other: string) => boolean) => {
  const within = (inner: string, outer: string) => pathUp(inner).some(({ code, parent }) => code === outer && parent !== null);
  return (one, other) => within(one, other) || within(other, one);
};
