import { describe, expect, it } from '@jest/globals';
import { actorOf, idsOf, isSamePerson, personId, shownActor } from './person-id.js';

const key = { PERSON_SECRET: 'a key that only the services hold', AUTH_ISSUER: 'https://login.example' };
const operator = { role: 'operator', department: 'housing', territory: null } as const;

describe('a person', () => {
  it('has one id, which another key, issuer or account changes', () => {
    const id = personId(key, '13912345678');
    expect(id).toMatch(/^p-[\w-]{24}$/);
    expect(personId(key, '13912345678')).toBe(id);
    expect(new Set([id, personId({ ...key, PERSON_SECRET: 'another key of the same length..' }, '13912345678'), personId({ ...key, AUTH_ISSUER: 'https://x' }, '13912345678'), personId(key, '13912345679')]).size).toBe(4);
  });

  it('is on no actor that can be written or logged', () => {
    const actor = actorOf(key, '13912345678', operator);
    expect(JSON.stringify({ ...actor })).not.toContain('13912345678');
    expect(actor).toEqual({ id: personId(key, '13912345678'), ...operator });
  });

  it('is known again in events of before and of now, and nobody else is', () => {
    const actor = actorOf(key, 'li', operator);
    expect(idsOf(actor)).toEqual([actor.id, 'li']);
    expect(['li', actor.id, 'wang', personId(key, 'wang'), undefined].map((id) => isSamePerson({ actor }, id))).toEqual([true, true, false, false, false]);
  });

  it('gains nothing by an account that reads like the id of somebody else', () => {
    const victim = personId(key, 'li');
    expect(isSamePerson({ actor: actorOf(key, victim, operator) }, victim)).toBe(false);
  });

  it('is shown by one id, whichever event it is', () => {
    const now = { id: personId(key, 'li'), ...operator };
    expect(shownActor(key, { id: 'li', ...operator })).toEqual(now);
    expect(shownActor(key, now)).toBe(now);
    const sla = { id: 'sla', role: 'system', department: null, territory: null } as const;
    expect(shownActor(key, sla)).toBe(sla);
  });
});
