import { expect } from '@jest/globals';
import type { EventEnvelope, LianbanEvent, Source } from '@lianban/contracts';
import { history } from './history.js';
import type { Happened } from './history.js';

/** The new events in their order, each by its type or by what it holds among other things; `[]`: it is already so. Or the code of the rule that refuses. */
export type Expected = readonly (string | object)[] | string;

/**
 * Given/when/then for the deciders of one kind of stream:
 *
 *     const { given } = decisionsOf('dispatch', { initialState, evolve });
 *     given(dispatched, issued).when((state) => sign(state, command, facts)).then(['lianban.work-order.signed.v1']);
 *     given().when((state) => sign(state, command, facts)).then('not-found');
 *
 * `given(…).state` is the state itself.
 */
export const decisionsOf = <State, Event extends LianbanEvent>(
  source: Source, { initialState, evolve }: { readonly initialState: State; readonly evolve: (state: State, event: EventEnvelope<Event>) => State },
) => ({
  given: (...events: readonly Happened<Event>[]) => {
    const state = (history(source, 'case', events) as unknown as EventEnvelope<Event>[]).reduce(evolve, initialState);
    return {
      state,
      when: (decide: (state: State) => readonly LianbanEvent[]) => ({
        then: (expected: Expected): void => {
          const outcome = outcomeOf(() => decide(state));
          if (typeof outcome === 'string') expect(outcome).toEqual(expected);
          else expect(outcome.map((event, index) => (typeof expected[index] === 'object' ? event : event.type))).toMatchObject(expected as object);
        },
      }),
    };
  },
});

/** The new events, or the code of the broken rule. */
export const outcomeOf = <Event extends LianbanEvent>(decide: () => readonly Event[]): readonly Event[] | string => {
  try {
    return decide();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
};
