import { describe, expect, it } from '@jest/globals';
import { createCopies } from './copies.js';

const none = new Set<string>();

describe('the copies of a service', () => {
  it('take turns', () => {
    const copies = createCopies(['a', 'b', 'c']);
    const taken = Array.from({ length: 7 }, () => {
      const url = copies.take(none) as string;
      copies.finished(url);
      return url;
    });
    expect(taken).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  it('one that hangs gets no more than its neighbours have under way', () => {
    const copies = createCopies(['hangs', 'b']);
    const taken = Array.from({ length: 10 }, () => {
      const url = copies.take(none) as string;
      if (url !== 'hangs') copies.finished(url);
      return url;
    });
    expect(taken.filter((url) => url === 'hangs')).toHaveLength(1);
  });

  it('one that rests comes last, and first again after a moment', () => {
    let now = 0;
    const copies = createCopies(['a', 'b'], () => now);
    copies.rest('a');
    expect([copies.take(none), copies.take(none), copies.take(new Set(['b']))]).toEqual(['b', 'b', 'a']);
    now = 1_001;
    expect(copies.take(none)).toBe('a');
  });

  it('none is left when all were tried', () => {
    expect(createCopies(['a']).take(new Set(['a']))).toBeUndefined();
  });
});
