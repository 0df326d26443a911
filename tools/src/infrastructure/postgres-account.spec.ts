import { describe, expect, it } from '@jest/globals';
import { canEnter, lets } from './postgres-account.js';

const postgres = { uid: 101, gid: 104 };

describe('folders the account may enter', () => {
  it.each([
    { name: 'its own by the owner bit', folder: { uid: 101, gid: 0, mode: 0o40700 }, may: true },
    { name: 'its own without that bit, though others may', folder: { uid: 101, gid: 0, mode: 0o40677 }, may: false },
    { name: 'its group by the group bit', folder: { uid: 0, gid: 104, mode: 0o40710 }, may: true },
    { name: 'its group without that bit, though others may', folder: { uid: 0, gid: 104, mode: 0o40707 }, may: false },
    { name: 'anybody', folder: { uid: 0, gid: 0, mode: 0o40755 }, may: true },
    { name: 'a private home', folder: { uid: 0, gid: 0, mode: 0o40700 }, may: false },
  ])('$name: $may', ({ folder, may }) => {
    expect(lets(postgres, folder)).toBe(may);
  });

  it('every parent counts, and what does not exist yet does not', () => {
    const folders: Record<string, number> = { '/': 0o755, '/root': 0o700, '/root/open': 0o755, '/srv': 0o755 };
    const permissions = (path: string) => (path in folders ? { uid: 0, gid: 0, mode: folders[path]! } : undefined);
    expect(canEnter(postgres, '/root/open/lianban', permissions)).toBe(false);
    expect(canEnter(postgres, '/srv/lianban/data', permissions)).toBe(true);
  });
});
