import { createHash } from 'node:crypto';

/**
 * Chance that is always the same for the same message: every assumed time and outcome comes from here, so that a second run sends
 * the same commands. Each question has a name, so that adding one does not change the answers to the others.
 */
export interface Chance {
  /** 0 ≤ n < 1. */
  of(question: string): number;
  pick<T>(question: string, options: readonly T[]): T;
}

export const chanceOf = (seed: string): Chance => {
  const of = (question: string) => createHash('sha256').update(`${seed}\n${question}`).digest().readUIntBE(0, 6) / 2 ** 48;
  return {
    of,
    pick: <T>(question: string, options: readonly T[]) => {
      const picked = options[Math.floor(of(question) * options.length)];
      if (picked === undefined) throw new RangeError(`nothing to pick for ${question}`);
      return picked;
    },
  };
};
