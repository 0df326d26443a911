import { describe, expect, it } from '@jest/globals';
import { evolveFacts, initialFacts } from '../domain/facts.js';
import { accepted, asked, extended, extensionRefused, held, issued, order, orderCompleted, orderReturned, questionLapsed, registered, requesterWrote, resumed, supplemented, urged } from '../domain/sample-facts.js';
import type { HappenedFact } from '../domain/sample-facts.js';
import { newsOf } from './news-of.js';

const at = (minute: number) => new Date(Date.parse('2026-03-02T01:00:00.000Z') + minute * 60_000).toISOString();
const [lead, assist, second] = [order('lead'), order('assist', 'assist'), order('second')];
const rework = order('again', 'lead', 2, 'rework');
const dispatched = [registered(at(0)), accepted(at(1), 'general'), issued(at(2), lead), issued(at(2), assist)];

/** The notices of the last fact. */
const told = (...facts: HappenedFact[]): string[] => {
  const last = facts.at(-1) as HappenedFact;
  return newsOf(last, facts.reduce(evolveFacts, initialFacts)).map(({ kind, department }) => `${kind} ${department}`);
};

describe('units are told', () => {
  it.each<[string, HappenedFact[], string[]]>([
    ['of a new order', dispatched.slice(0, 3), ['order lead-department']],
    ['of an order to assist, of the same dispatch', dispatched, ['order assist-department']],
    ['of a case that another unit has returned', [...dispatched, orderReturned(at(3), lead), issued(at(4), second)], ['re-dispatch second-department']],
    ['of a rework', [...dispatched, orderCompleted(at(3), lead), issued(at(9), rework)], ['rework again-department']],
    ['of an extension', [...dispatched, extended(at(5), lead, 2)], ['extension-granted lead-department']],
    ['of one that was refused', [...dispatched, extensionRefused(at(5), lead)], ['extension-refused lead-department']],
    ['of a hold that ended at its review, all who are at work', [...dispatched, held(at(4), at(8)), resumed(at(8), 'a', 'review-date')], ['woken lead-department', 'woken assist-department']],
    ['of it only while they are at work', [...dispatched, held(at(4), at(8)), orderReturned(at(5), assist), resumed(at(8), 'a', 'review-date')], ['woken lead-department']],
    ['nothing of a hold that somebody ended', [...dispatched, held(at(4), at(8)), resumed(at(6))], []],
    ['of an urging, all who are at work', [...dispatched, urged(at(5))], ['urged lead-department', 'urged assist-department']],
    ['of an urging only while they are at work', [...dispatched, orderCompleted(at(4), lead), urged(at(5))], ['urged assist-department']],
    ['nobody of an urging before the dispatch but the supervisors', [registered(at(0)), urged(at(5))], ['urged null']],
    ['of a supplement', [...dispatched.slice(0, 3), supplemented(at(5))], ['supplemented lead-department']],
    ['of a message of the requester', [...dispatched.slice(0, 3), requesterWrote(at(5), null)], ['requester-wrote lead-department']],
    ['nothing of what they asked themselves', [...dispatched, asked(at(5), lead, at(9))], []],
    ['of a question that nobody answered', [...dispatched.slice(0, 3), asked(at(5), lead, at(9)), questionLapsed(at(9), lead)], ['question-lapsed lead-department']],
    ['nothing of what they did themselves', [...dispatched, orderReturned(at(3), lead)], []],
  ])('%s', (_what, facts, expected) => { expect(told(...facts)).toEqual(expected); });

  it('with an id for each notice, the same every time', () => {
    const facts = [...dispatched, held(at(4), at(8)), resumed(at(8), 'a', 'review-date')];
    const look = () => newsOf(facts.at(-1) as HappenedFact, facts.reduce(evolveFacts, initialFacts)).map(({ noticeId }) => noticeId);
    expect(new Set(look()).size).toBe(2);
    expect(look()).toEqual(look());
  });
});
