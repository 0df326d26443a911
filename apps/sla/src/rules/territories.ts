import { pathsUp } from '@lianban/service-kit';

/** The code itself, then the territories above it up to the district. A code nobody knows has itself only. */
export const ancestry = (territories: readonly { readonly code: string; readonly parent: string | null }[]): ((code: string) => readonly string[]) => {
  const pathOf = pathsUp(territories);
  return (code) => {
    const path = pathOf(code);
    return path.length === 0 ? [code] : path.map((territory) => territory.code);
  };
};

/** Kinds of the territories that lie above a case of this one or of one below it; of any case for null. */
export const tiersAbove = <Kind extends string>(territories: readonly { readonly code: string; readonly parent: string | null; readonly kind: Kind }[], within: string | null): ReadonlySet<Kind> => {
  const pathOf = pathsUp(territories);
  const paths = territories.map(({ code }) => pathOf(code)).filter((path) => within === null || path.some(({ code }) => code === within));
  return new Set(paths.flatMap(([, ...above]) => above.map(({ kind }) => kind)));
};
