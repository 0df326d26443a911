import { randomFillSync } from 'node:crypto';
import { v5, v7 } from 'uuid';

const namespace = '8c2f6c9e-6a0e-5b0e-9d53-0b7a4f1f7d10';

/** Random bytes for 256 ids at once: asking the system for each id costs more than everything else about it. */
const bytes = new Uint8Array(256 * 16);
let used = bytes.length;

const rng = (): Uint8Array => {
  if (used === bytes.length) {
    randomFillSync(bytes);
    used = 0;
  }
  return bytes.subarray(used, used += 16);
};

/** A new id that sorts by time, to the millisecond. */
export const newId = (): string => v7({ rng });

/** The same parts give the same id, so a repeated reaction makes the same event. */
export const deterministicId = (...parts: readonly (string | number | null)[]): string => v5(JSON.stringify(parts), namespace);
