import { pathsUp } from '@lianban/service-kit';

/** The code itself, then the territories above it up to the district. An unknown code gives only itself. */
export const ancestry = (territories: readonly { readonly code: string; readonly parent: string | null }[]): ((code: string) => readonly string[]) => {
  const pathOf = pathsUp(territories);
  return (code) => {
    const path = pathOf(code);
    return path.length === 0 ? [code] : path.map((territory) => territory.code);
  };
};

/** Kinds of the territories above a case that lies in this territory or below it. For null: above any case. */
export const tiersAbove = <Kind extends string>(territories: readonly { readonly code: string; readonly parent: string | null; readonly kind: Kind }[], within: string | null): ReadonlySet<Kind> => {
  const pathOf = pathsUp(territories);
  const paths = territories.map(({ code }) => pathOf(code)).filter((path) => within === null || path.some(({ code }) => code === within));
  return new Set(paths.flatMap(([, ...above]) => above.map(({ kind }) => kind)));
};
