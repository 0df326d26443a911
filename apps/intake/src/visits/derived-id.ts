import { createHmac } from 'node:crypto';
import { plainOf } from '@lianban/contracts';
import type { PersonKey } from '@lianban/service-kit';

/** A UUID of version 8, whose content is ours (RFC 9562), by a keyed hash like the ids of persons (docs/adr/0016-persons-by-a-keyed-hash.md). */
const derivedId = ({ PERSON_SECRET }: Pick<PersonKey, 'PERSON_SECRET'>, ...parts: readonly string[]): string => {
  const hash = createHmac('sha256', PERSON_SECRET).update(JSON.stringify(parts)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.subarray(0, 16).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** The id of a door, the same for everybody who visits it: without the key nobody can try all doors of a building. Blanks and width of characters don't matter. */
export const householdId = (key: Pick<PersonKey, 'PERSON_SECRET'>, territory: string, building: string | null, door: string): string => {
  const plain = (text: string) => plainOf(text).toLowerCase().replaceAll(/\s/g, '');
  return derivedId(key, 'household', territory, plain(building ?? ''), plain(door));
};

/** The id of a visit that its device has a key for: sent again, it is the same visit, even when the kept answer is gone. */
export const visitId = (key: Pick<PersonKey, 'PERSON_SECRET'>, caller: string, idempotencyKey: string): string => derivedId(key, 'visit', caller, idempotencyKey);
