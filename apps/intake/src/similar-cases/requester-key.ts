import { plainOf } from '@lianban/contracts';
import type { Actor } from '@lianban/contracts';
import { personId } from '@lianban/service-kit';
import type { PersonKey } from '@lianban/service-kit';

/** Below this a number belongs to more than one household, such as a hotline. */
const leastDigits = 7;

/**
 * How a requester is recognised without a name: by their phone, else by the account with which they registered the demand themselves. Null when a colleague entered it without a phone:
 * a name alone may be anybody's.
 */
export const requesterKey = (key: PersonKey, phone: string | null, actor: Pick<Actor, 'id' | 'role'>): string | null => {
  // 11 digits are a mobile number without the code of the country.
  const digits = [...phone ?? ''].map(plainOf).join('').replace(/\D/g, '').slice(-11);
  if (digits.length >= leastDigits) return personId(key, `phone:${digits}`);
  return actor.role === 'requester' ? actor.id : null;
};
