import type { Text } from '@lianban/texts';
import type { z } from 'zod';
import type { Source, Topic } from './services.js';

export { topics } from './services.js';

/**
 * One released version of an event: the schema, the type and the documentation are this one value, and what else is so for every event of the type.
 * A released definition is never edited. A new version is a new file; the older one then gets `upcast`.
 */
export interface EventDefinition<
  Type extends string = string, Schema extends z.ZodType = z.ZodType, Writer extends Source = Source, On extends Topic = Topic, Ends extends boolean = boolean,
> {
  readonly type: Type;
  readonly source: Writer;
  readonly topic: On;
  /** What it means, for the timeline in the reader's language; the documents have the English one. */
  readonly summary: Text;
  /** The case is over with it, until it is opened again or unmerged. */
  readonly ends?: Ends;
  readonly data: Schema;
  readonly example: z.input<Schema>;
  /** Turns data of this version into data of `to`, the next version. Absent on the newest version. */
  readonly upcast?: { readonly to: string; readonly convert: (data: never) => unknown };
}

export const defineEvent = <
  const Type extends `lianban.${string}.v${number}`, Schema extends z.ZodType, const Writer extends Source, const On extends Topic, const Ends extends boolean = false,
>(definition: EventDefinition<Type, Schema, Writer, On, Ends>): EventDefinition<Type, Schema, Writer, On, Ends> => definition;

/** An older version, which every reader lifts to the next: nothing inside sees it any more. */
export type SupersededEvent<Type extends string, Schema extends z.ZodType> = EventDefinition<Type, Schema> & Required<Pick<EventDefinition, 'upcast'>>;
export const supersededEvent = <const Type extends `lianban.${string}.v${number}`, Schema extends z.ZodType>(
  definition: Omit<EventDefinition<Type, Schema>, 'upcast'> & { readonly upcast: { readonly to: string; readonly convert: (data: z.infer<Schema>) => unknown } },
): SupersededEvent<Type, Schema> => definition;

/** What a decider returns: an event that has happened, not yet written. */
export type EventOf<D> = D extends EventDefinition<infer T, infer S> ? { readonly type: T; readonly data: z.infer<S> } : never;
export type PlainEventOf<D> = D extends EventDefinition<infer T, infer S> ? { readonly type: T; readonly data: z.input<S> } : never;
