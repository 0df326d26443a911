import { type Topic, topics as publicTopics, typesOn } from '@lianban/contracts';

/** The topics by what they are of. Tests use topics of their own. */
export type TopicNames = Readonly<Record<keyof typeof publicTopics, string>>;

const kinds = Object.keys(publicTopics) as (keyof TopicNames)[];

/** The topic here for one of the contracts'. */
export const nameHere = (names: TopicNames) => (topic: Topic): string => names[kinds.find((kind) => publicTopics[kind] === topic) ?? 'case'];

/** SQL: the name of the topic that an event of the column `type` belongs on, by the catalogue. Null for a type that this build does not know. */
export const topicByType = (names: TopicNames): string =>
  `CASE ${kinds.map((kind) => `WHEN type IN (${typesOn(publicTopics[kind]).map((type) => `'${type}'`).join(', ')}) THEN '${names[kind]}'`).join(' ')} END`;
