import { describe, expect, it } from '@jest/globals';
import { writeCursor } from './fields.js';
import { isInstantText, readTimeCursor, writeTimeCursor } from './time-cursor.js';

const id = '0197a1b2-0000-7000-8000-000000000001';

describe('A time cursor', () => {
  it('comes back as it was written', () => {
    const at = new Date('2026-02-09T01:00:00.000Z');
    expect(readTimeCursor(writeTimeCursor(at, id))).toEqual({ at: at.toISOString(), id });
    expect(readTimeCursor(writeTimeCursor(null, id))).toEqual({ at: null, id });
  });

  it.each(['0000-01-01T00:00:00.000Z', '0999-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026-02-09', '2026', '', 2026])('is refused with the time %p', (at) => {
    expect(isInstantText(at)).toBe(false);
    expect(() => readTimeCursor(writeCursor([at, id]))).toThrow('cursor: must be the nextCursor of an earlier answer');
  });

  it.each(['1000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('takes %s', (at) => {
    expect(isInstantText(at)).toBe(true);
  });
});
