/** The topic's messages in a temporary table, so that the database compares them with the stores and memory stays bounded. */
import { fitsJsonb } from '@lianban/projections';
import type pg from 'pg';
import type { TopicEvent } from './read-topic.js';

export const createTopicTable = async (admin: pg.ClientBase): Promise<void> => {
  await admin.query(`
    CREATE TEMP TABLE topic_message (
      topic text NOT NULL, partition integer NOT NULL, "offset" bigint NOT NULL, source text, stream_id text, version integer, id text, type text,
      subject text, data_hash text
    )`);
};

/** Of the data the hash of its canonical form is kept, computed by the database for both sides alike. */
export const addToTopicTable = async (admin: pg.ClientBase, events: readonly TopicEvent[]): Promise<void> => {
  const column = (value: (event: TopicEvent) => unknown) => events.map(value);
  await admin.query(
    `INSERT INTO topic_message
     SELECT topic, partition, "offset", source, stream_id, version, id, type, subject, md5(data::jsonb::text)
       FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[])
         AS m(topic, partition, "offset", source, stream_id, version, id, type, subject, data)`,
    [
      column(({ raw }) => raw.topic), column(({ raw }) => raw.partition), column(({ raw }) => raw.offset),
      column(({ address }) => address?.source ?? null), column(({ address }) => address?.streamId ?? null), column(({ address }) => address?.streamVersion ?? null),
      column(({ raw }) => raw.headers.ce_id ?? null), column(({ address }) => address?.type ?? null), column(({ address }) => address?.subject ?? null),
      column(jsonOf),
    ],
  );
};

/** The value, when it is JSON that the database can hold; anything else equals no event. */
const jsonOf = ({ raw, address }: TopicEvent): string | null => {
  const text = raw.value.toString('utf8');
  if (!address) return null;
  try {
    const value: unknown = JSON.parse(text);
    // Written anew, an escape stays only where the character needs one.
    const json = text.includes('\\u') ? JSON.stringify(value) : text;
    return fitsJsonb(json) ? json : null;
  } catch {
    return null;
  }
};

export const finishTopicTable = async (admin: pg.ClientBase): Promise<void> => {
  await admin.query('CREATE INDEX ON topic_message (source, stream_id, version); ANALYZE topic_message');
};
