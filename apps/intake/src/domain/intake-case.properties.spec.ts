import { describe, expect, it } from '@jest/globals';
import { definitionOf } from '@lianban/contracts';
import { outcomeOf } from '@lianban/testing';
import fc from 'fast-check';
import { hasEnded } from './case-in-status.js';
import type { IntakeEvent } from './intake-case.js';
import { commands } from './sample-commands.js';
import { given } from './sample-events.js';

describe('whatever commands come, in whatever order', () => {
  const anyNames = fc.array(fc.constantFrom(...(Object.keys(commands) as (keyof typeof commands)[])), { maxLength: 25, size: 'max' });
  const run = (names: readonly (keyof typeof commands)[], after: (name: keyof typeof commands, written: IntakeEvent[], events: IntakeEvent[]) => void): void => {
    const events: IntakeEvent[] = [];
    for (const name of names) {
      let written: IntakeEvent[] = [];
      try {
        written = commands[name](given(...events).state);
      } catch (error) {
        expect(error).toMatchObject({ name: 'DomainError' });
      }
      events.push(...written);
      after(name, written, events);
    }
  };

  it('every event keeps to its schema', () => {
    fc.assert(fc.property(anyNames, (names) => run(names, (_name, written) => {
      for (const event of written) expect(definitionOf(event.type)?.data.safeParse(event.data).success).toBe(true);
    })));
  });

  it('a case ends at most once in each life, and nothing but its undoing follows its end, though a demand may leave and a merged requester be contacted', () => {
    fc.assert(fc.property(anyNames, (names) => run(names, (_name, written, events) => {
      const before = given(...events.slice(0, events.length - written.length)).state;
      if (before && hasEnded(before)) expect(written.map(({ type }) => type).slice(0, 1)).toEqual(written.length === 0 ? [] : [expect.stringMatching(before.status === 'merged' ? /unmerged|left|contacted/ : /reopened|left/)]);
    })));
  });

  /** What is said again counts again. */
  const words: readonly (keyof typeof commands)[] = ['urge', 'supplement', 'ask', 'answerQuestion'];

  it('the same command at once again is already so, or a conflict', () => {
    fc.assert(fc.property(anyNames, (names) => run(names, (name, written, events) => {
      if (written.length > 0 && !words.includes(name)) expect([[], 'state-conflict']).toContainEqual(outcomeOf(() => commands[name](given(...events).state)));
    })));
  });
});
