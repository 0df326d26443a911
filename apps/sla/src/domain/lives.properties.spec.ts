/** The lead's clock in every life a case can have: registered, contacted, accepted, ended, merged, reopened, in any order that intake allows. */
import { describe, expect, it } from '@jest/globals';
import { runsOf } from '@lianban/testing';
import fc from 'fast-check';
import { clockIn, playCase } from './play-case.js';
import { accepted, answered, closed, contacted, handledOnTheSpot, issued, merged, order, registered, reopened, unmerged, withdrawn } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';

const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;

describe('accepted only after a reopening', () => {
  const told = [registered(day('03-02 09:00')), handledOnTheSpot(day('03-02 09:10')), reopened(day('03-09 09:00')), accepted(day('03-16 09:00'), 'simple')];

  it('the lead’s clock starts at the acceptance, and the first life has none', () => {
    const { state } = playCase(told);
    expect(state.clocks.map(({ clockId, status, startedAt, dueAt }) => [clockId, status, startedAt, dueAt])).toEqual([
      ['contact/1/', 'met', day('03-02 09:00'), day('03-02 11:00')], ['lead/1/life 2', 'running', day('03-16 09:00'), day('03-16 17:30')],
    ]);
  });

  it('opened once more, it starts with the reopening', () => {
    const again = playCase([...told, withdrawn(day('03-16 10:00')), reopened(day('03-23 09:00'))]);
    expect(clockIn(again, 'lead/1/life 2')).toMatchObject({ status: 'cancelled' });
    expect(clockIn(again, 'lead/1/life 3')).toMatchObject({ status: 'running', startedAt: day('03-23 09:00') });
  });
});

type Act = 'contact' | 'accept' | 'spot' | 'withdraw' | 'close' | 'reopen' | 'merge' | 'unmerge' | 'dispatch' | 'answer';
const acts: readonly Act[] = ['contact', 'accept', 'spot', 'withdraw', 'close', 'reopen', 'merge', 'unmerge', 'dispatch', 'answer'];

/** Keeps the acts that the services allow, one hour apart, and drops the others. */
const live = (wished: readonly Act[]): HappenedFact[] => {
  const start = Date.parse(day('03-02 09:00'));
  const facts = [registered(new Date(start).toISOString())];
  let [isAccepted, isOpen, isMerged, led, round] = [false, true, false, null as ReturnType<typeof order> | null, 1];
  wished.forEach((act, index) => {
    const at = new Date(start + (index + 1) * 3_600_000).toISOString();
    if (act === 'contact' && isOpen) facts.push(contacted(at));
    if (act === 'accept' && isOpen && !isMerged && !isAccepted) { isAccepted = true; facts.push(accepted(at, 'general')); }
    if (act === 'dispatch' && isOpen && !isMerged && isAccepted && !led) { led = order(`order-${index}`, 'lead', round); facts.push(issued(at, led)); }
    if (act === 'answer' && isOpen && !isMerged && led) facts.push(answered(at, led));
    if ((act === 'spot' || act === 'withdraw' || act === 'close') && isOpen && !isMerged && (act !== 'close' || led) && (act !== 'spot' || !led)) {
      isOpen = false;
      facts.push(act === 'spot' ? handledOnTheSpot(at) : act === 'withdraw' ? withdrawn(at) : closed(at, 'cb', round));
      if (led) round += 1;
      led = null;
    }
    if (act === 'reopen' && !isOpen) { isOpen = true; facts.push(reopened(at)); }
    if (act === 'merge' && isOpen && !isMerged) { isMerged = true; facts.push(merged(at)); }
    if (act === 'unmerge' && isMerged) { isMerged = false; facts.push(unmerged(at)); }
  });
  return facts;
};

describe('whatever becomes of a case', () => {
  it('each life has one lead’s clock, which starts in that life, not before the acceptance, and is not overdue when it starts', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 14 }), (wished) => {
      const facts = live(wished);
      const { state, facts: known } = playCase(facts);
      const acceptedAt = facts.find(({ type }) => type === 'lianban.case.accepted.v1')?.metadata.occurredAt;
      const leads = state.clocks.filter(({ kind }) => kind === 'lead');
      // One clock for each life, from the life of the acceptance on.
      expect(leads.length).toBe(acceptedAt === undefined ? 0 : 1 + known.earlierLives.filter(({ reopenedAt }) => reopenedAt > acceptedAt).length);
      const begins = [acceptedAt, ...known.earlierLives.map(({ reopenedAt }) => reopenedAt).filter((at) => acceptedAt !== undefined && at > acceptedAt)];
      expect(leads.map(({ startedAt }) => startedAt)).toEqual(leads.map((_, index) => begins[index]));
      for (const { startedAt, dueAt } of leads) expect(Date.parse(dueAt)).toBeGreaterThan(Date.parse(startedAt));
      expect(new Set(state.clocks.map(({ clockId }) => clockId)).size).toBe(state.clocks.length);
    }), { numRuns: runsOf(500) });
  });
});
