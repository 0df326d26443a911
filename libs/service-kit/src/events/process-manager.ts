import type { EventByType, EventEnvelope, EventType, LianbanEvent } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { RowToWrite } from '../decisions/decide-on.js';
import type { Reaction } from '../decisions/reactions.js';
import { EventStrategy } from './event-strategy.js';
import type { Hearing } from './event-strategy.js';

/** What follows from an event: a decision on its case, a row of its case, or nothing. Pure. `known` is what was read once for all events of the transaction. */
export type Follows<Event extends LianbanEvent, State, Facts, Known = unknown> = (event: EventEnvelope<Event>, known: Known) => Reaction<State, Facts> | RowToWrite | undefined;

/** From each type of event to what follows from it. Its keys are the types that are heard. */
export type ProcessManager<State, Facts, Known = unknown> = { readonly [Type in EventType]?: Follows<EventByType<Type>, State, Facts, Known> };

/** The same follows from each of these types. */
export const onEach = <Type extends EventType, State, Facts, Known>(types: readonly Type[], follows: Follows<EventByType<Type>, State, Facts, Known>) =>
  Object.fromEntries(types.map((type) => [type, follows])) as { readonly [Each in Type]: Follows<EventByType<Type>, State, Facts, Known> };

/** Runs process managers, one after the other for each event. @param know reads what they need, once a transaction, before anything is locked */
export const hearing = <State, Facts, Known>(managers: readonly ProcessManager<State, Facts, Known>[], know: (tx: Tx) => Promise<Known>): Hearing => ({
  types: new Set(managers.flatMap(Object.keys)),
  async hear(event, context) {
    const known = await context.once(know);
    for (const manager of managers) {
      const follows = manager[event.type] as Follows<LianbanEvent, State, Facts, Known> | undefined;
      const next = follows?.(event, known);
      if (next === undefined) continue;
      if ('writer' in next) context.write(next.writer, next.item);
      else context.react(next);
    }
  },
});

/** A provider that has a service's process managers run as long as it does; `know` gets what is injected. */
export const runProcesses = <State, Facts, Known, Dependencies extends unknown[]>(
  managers: readonly ProcessManager<State, Facts, Known>[], inject: readonly InjectionToken[] = [], know: (...dependencies: Dependencies) => (tx: Tx) => Promise<Known> = () => () => Promise.resolve(undefined as Known),
): FactoryProvider => ({
  provide: Symbol('process managers'),
  inject: [EventStrategy, ...inject],
  useFactory: (strategy: EventStrategy, ...dependencies: Dependencies) => strategy.heardBy(hearing(managers, know(...dependencies))),
});
