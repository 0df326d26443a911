import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newId } from './ids.js';

describe('new ids', () => {
  it('are UUIDs of version 7, each another, also beyond the bytes that are drawn at once', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // The random part of any two differs: an id tells nothing of the next.
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(1_000);
  });

  it('sort by the millisecond they were made in', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(newId());
      await delay(2);
    }
    expect([...ids].sort()).toEqual(ids);
  });
});
