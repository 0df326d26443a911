import * as definitions from './events.js';
import type { EventDefinition, EventOf, PlainEventOf } from './define-event.js';
import { sources, topics } from './services.js';
import type { Source, Topic } from './services.js';

/** Every version of every event: the files of `events/`, listed by `npm run generate`. */
export const catalogue = Object.values(definitions) satisfies readonly EventDefinition[];

type Newest = Exclude<(typeof catalogue)[number], { readonly upcast: object }>;

/** All events there are in their newest version, as a discriminated union over `type`. */
export type LianbanEvent = EventOf<Newest>;
export type EventType = LianbanEvent['type'];
export type EventByType<T extends EventType> = Extract<LianbanEvent, { type: T }>;

/** The events about a case: all, or those only one service writes. */
export type CaseEvent<S extends Source = Source> = EventOf<Extract<Newest, { readonly source: S; readonly topic: typeof topics.case }>>;
/** The events with which a case is over, until it is opened again or unmerged. */
export type EndingEvent = EventOf<Extract<Newest, { readonly ends?: true }>>;

/** The same as JSON has it, with free texts of any origin: for examples, tests and benchmarks, which decide nothing. No event store takes it. */
export type PlainEvent<T extends EventType = EventType> = Extract<PlainEventOf<Newest>, { type: T }>;

const newest = (catalogue as readonly EventDefinition[]).filter(({ upcast }) => !upcast);

/** What the code handles: an older version is lifted before anybody sees it. */
export const newestTypes = newest.map(({ type }) => type as EventType);
/** The types of `CaseEvent`, of one service or all. */
export const caseEventTypes = <S extends Source = Source>(writer?: S): CaseEvent<S>['type'][] =>
  newest.filter(({ source, topic }) => topic === topics.case && (writer === undefined || source === writer)).map(({ type }) => type as CaseEvent<S>['type']);

export const endingEventTypes = newest.filter(({ ends }) => ends).map(({ type }) => type as EndingEvent['type']);
const endings: ReadonlySet<string> = new Set(endingEventTypes);
export const isEnding = <E extends { readonly type: string }>(event: E): event is Extract<E, { readonly type: EndingEvent['type'] }> => endings.has(event.type);

/** `lianban.case.registered.v1` → `lianban.case.registered`: the type without its version. */
export const familyOf = (type: string): string => type.replace(/\.v\d+$/, '');

const topicsByFamily: ReadonlyMap<string, Topic> = new Map(catalogue.map(({ type, topic }) => [familyOf(type), topic]));

/** The topic of a type: what the catalogue says, also for a version that only another build knows. @throws Error for a family that nobody here knows */
export const topicOf = (type: string): Topic => {
  const topic = topicsByFamily.get(familyOf(type));
  if (!topic) throw new Error(`${type} is not in the catalogue, so its topic is not known; the build that wrote it knows`);
  return topic;
};

/** All types of a topic, of every version. */
export const typesOn = (topic: Topic): string[] => catalogue.filter((definition) => definition.topic === topic).map(({ type }) => type);

/** The services whose events are on a topic. */
export const writersOf = (topic: Topic): Source[] => sources.filter((source) => catalogue.some((definition) => definition.topic === topic && definition.source === source));

/** Thrown for an event this build can't read: an unknown version or a payload that breaks its schema. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** Knows event versions and reads stored events of any of them. */
export interface EventReader {
  definitionOf(type: string): EventDefinition | undefined;
  /** Checks `data` against its released schema and lifts it to the newest version. @throws UnreadableEvent */
  readEvent(type: string, data: unknown): LianbanEvent;
}

/** A reader of just these definitions; everything but tests of the reading itself uses `released`. */
export const eventReader = (definitions: readonly EventDefinition[]): EventReader => {
  const byType = new Map<string, EventDefinition>(definitions.map((definition) => [definition.type, definition]));
  const readEvent = (type: string, data: unknown): LianbanEvent => {
    const definition = byType.get(type);
    if (!definition) throw new UnreadableEvent(`unknown event type ${type}`);
    const parsed = definition.data.safeParse(data);
    if (!parsed.success) throw new UnreadableEvent(`${type}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
    return definition.upcast
      ? readEvent(definition.upcast.to, definition.upcast.convert(parsed.data as never))
      : ({ type, data: parsed.data } as LianbanEvent);
  };
  return { definitionOf: (type) => byType.get(type), readEvent };
};

export const released: EventReader = eventReader(catalogue);
export const { definitionOf, readEvent } = released;
