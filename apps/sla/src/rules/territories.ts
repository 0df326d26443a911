import { pathsUp } from '@lianban/service-kit';

/** The code itself, then the territories above it up to the district. A code nobody knows has itself only. */
export const ancestry = (territories: readonly { readonly code: string; readonly parent: string | null }[]): ((code: string) => readonly string[]) => {
  const pathOf = pathsUp(territories);
  return (code) => {
    const path = pathOf(code);
    return path.length === 0 ? [code] : path.map((territory) => territory.code);
  };
};
