import { v5, v7 } from 'uuid';

const namespace = '8c2f6c9e-6a0e-5b0e-9d53-0b7a4f1f7d10';

/** A new id that sorts by time. */
export const newId = (): string => v7();

/** The same parts give the same id, so that a reaction done again makes the same event. */
export const deterministicId = (...parts: readonly (string | number | null)[]): string => v5(JSON.stringify(parts), namespace);
