import { createHmac } from 'node:crypto';
import type { Actor } from '@lianban/contracts';
import type { ServiceConfig } from '../process/config.js';

export type PersonKey = Pick<ServiceConfig, 'PERSON_SECRET' | 'AUTH_ISSUER'>;

/**
 * How a person stands in events, tables and logs: `p-` and 18 bytes of an HMAC-SHA-256 of issuer and account, in base64url. Only who holds the key can tell whose it
 * is; of a hash without a key, all mobile numbers could be tried within the hour. With another key everybody is somebody else.
 */
export const personId = ({ PERSON_SECRET, AUTH_ISSUER }: PersonKey, account: string): string =>
  `p-${createHmac('sha256', PERSON_SECRET).update(JSON.stringify([AUTH_ISSUER, account])).digest().subarray(0, 18).toString('base64url')}`;

const isPersonId = (id: string): boolean => /^p-[\w-]{24}$/.test(id);

/** The accounts of those who call, for nothing but the comparison: no object that is written, sent or logged holds one. */
const accounts = new WeakMap<Actor, string>();

/** The actor of a checked token. */
export const actorOf = (key: PersonKey, account: string, rest: Omit<Actor, 'id'>): Actor => {
  const actor: Actor = { id: personId(key, account), ...rest };
  accounts.set(actor, account);
  return actor;
};

/**
 * Ids under which the caller stands in what was written: the present one first, then the account itself, as events of earlier versions have it. An account that
 * reads like one of our ids is not believed: it would be somebody else's.
 */
export const idsOf = (actor: Actor): readonly [string, ...string[]] => {
  const account = accounts.get(actor);
  return account === undefined || isPersonId(account) ? [actor.id] : [actor.id, account];
};

/** Whether `id`, from an actor of an event, is the person who calls: rules about two people compare people, never roles. */
export const isSamePerson = ({ actor }: { readonly actor: Actor }, id: string | undefined): boolean => id !== undefined && idsOf(actor).includes(id);

/** How an actor of any event is shown: an account of a person from before is shown as its id, so that the same person looks the same. Services keep their names. */
export const shownActor = (key: PersonKey, actor: Actor): Actor => (actor.role === 'system' || isPersonId(actor.id) ? actor : { ...actor, id: personId(key, actor.id) });
