import { describe, expect, it } from '@jest/globals';
import { readReferenceData } from './directory-files.js';

interface Territory { readonly code: string; readonly parent: string | null }

describe('the reference data', () => {
  it('are published with what hangs on a territory before it, and the top of the tree last of all', async () => {
    const entries = await readReferenceData();
    const territories = entries.flatMap(({ event }) => (event.type === 'lianban.directory.territory-changed.v1' ? [event.data as Territory] : []));
    expect(territories.length).toBeGreaterThan(50);
    const placeOf = new Map(territories.map(({ code }, place) => [code, place]));
    expect(territories.filter(({ parent }, place) => parent !== null && (placeOf.get(parent) ?? 0) <= place)).toEqual([]);
    expect(entries.at(-1)?.event.data).toMatchObject({ parent: null });
    expect(territories.filter(({ parent }) => parent === null)).toHaveLength(1);
  });
});
