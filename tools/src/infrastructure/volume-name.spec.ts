import { describe, expect, it } from '@jest/globals';
import { volumeName } from './volume-name.js';

describe('the name of a Docker volume', () => {
  it('is the same for the same folder and another for another', () => {
    expect(volumeName('postgres', '/a/data')).toMatch(/^lianban-postgres-[0-9a-f]{12}$/);
    expect(volumeName('postgres', '/a/../a/data')).toBe(volumeName('postgres', '/a/data'));
    expect(volumeName('postgres', '/b/data')).not.toBe(volumeName('postgres', '/a/data'));
    expect(volumeName('kafka', '/a/data')).toMatch(/^lianban-kafka-/);
  });
});
