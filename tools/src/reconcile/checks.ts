/**
 * What must agree, each as one query that returns the differences and nothing else. They run in one snapshot in which
 * `store_event` (all stores' events, with `before_cut`), `topic_message` and insight's tables can be read.
 */
import { serviceNames, type Source, sources } from '@lianban/contracts';
import type { Cut } from './cut.js';
import { topicByType, type TopicNames } from './topic-names.js';

export interface Check {
  readonly name: string;
  /** Rows with one column `difference`, in words. */
  readonly sql: string;
}

/** All events of all stores, with the topic of each; xid and position say whether they lie before the cut. */
export const storeEvents = (cut: Cut, topics: TopicNames): string => sources.map((source: Source) => `
  SELECT '${source}'::text AS source, ${topicByType(topics)} AS topic, stream_id, version, id::text AS id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor,
         (xid, position) <= ('${BigInt(cut[source].xid)}'::xid8, ${BigInt(cut[source].position)}::bigint) AS before_cut
    FROM ${source}.event`).join(' UNION ALL ');

const name = (alias: string) => `${alias}.source || ' ' || ${alias}.stream_id || ' version ' || ${alias}.version`;

/** Whether a read model has read all there is; `label` names it. */
export const readAll = (label: string, consumer: string, topics: readonly string[]): Check => ({
  name: `${label}: has read every stream as far as the store goes`,
  sql: `
      SELECT e.source || ' ' || e.stream_id || ': store at ' || e.version || ', read model at ' || coalesce(c.version, 0) AS difference
        FROM (SELECT source, stream_id, max(version) AS version FROM store_event WHERE before_cut AND topic IN (${topics.map((topic) => `'${topic}'`).join(', ')}) GROUP BY source, stream_id) e
        LEFT JOIN insight.consumer_stream c ON c.consumer = '${consumer}' AND c.source = e.source AND c.stream_id = e.stream_id
       WHERE coalesce(c.version, 0) < e.version`,
});

/** Of stores, topics and the read model `cases`, whose live version is `version`. */
export const checks = (readCases: Check, version: number, topics: TopicNames): Check[] => [
  {
    name: 'stores: every event is of a type in the catalogue',
    sql: `SELECT ${name('e')} || ' (' || type || ') is of no type that this build knows' AS difference FROM store_event e WHERE topic IS NULL`,
  },
  {
    name: 'stores: versions are contiguous and match the stream row',
    sql: sources.map((source) => `
      SELECT '${source} ' || stream_id || ': stream row says ' || coalesce(s.version::text, 'nothing') || ', ' || e.events || ' events up to version ' || e.last AS difference
        FROM (SELECT stream_id, count(*) AS events, min(version) AS first, max(version) AS last FROM ${source}.event GROUP BY stream_id) e
        FULL JOIN ${source}.stream s USING (stream_id)
       WHERE (e.events, e.first, e.last) IS DISTINCT FROM (s.version::bigint, 1, s.version)`).join(' UNION ALL '),
  },
  {
    name: 'topic: every event of the stores is there, unchanged',
    sql: `
      SELECT ${name('e')} || CASE WHEN count(m.offset) = 0 THEN ' (' || e.type || ') is not in the topic' ELSE ' (' || e.type || ') differs in the topic' END AS difference
        FROM (SELECT source, stream_id, version, id, type, topic, md5(data::text) AS data_hash FROM store_event WHERE before_cut AND topic IS NOT NULL) e
        LEFT JOIN topic_message m USING (source, stream_id, version)
       GROUP BY e.source, e.stream_id, e.version, e.type
      HAVING count(m.offset) = 0
          OR bool_or((m.id, m.type, m.data_hash, m.topic, m.subject) IS DISTINCT FROM (e.id, e.type, e.data_hash, e.topic, substr(e.stream_id, position('/' in e.stream_id) + 1)))`,
  },
  {
    // What is no event of ours, every reader passes over; so does this.
    name: 'topic: no event that no store knows',
    sql: `
      SELECT m.topic || '/' || m.partition || ' offset ' || m.offset || ': ' || ${name('m')} AS difference
        FROM topic_message m LEFT JOIN store_event e USING (source, stream_id, version) WHERE m.source IS NOT NULL AND e.version IS NULL`,
  },
  {
    name: 'topic: first copies of a stream come in order, in one partition',
    sql: `
      SELECT source || ' ' || stream_id || ' is out of order or spread over partitions' AS difference
        FROM (SELECT source, stream_id, partition, "offset", lag(partition) OVER w AS partition_before, lag("offset") OVER w AS offset_before
                FROM (SELECT source, stream_id, version, min(partition) AS partition, min("offset") AS "offset" FROM topic_message
                       WHERE source IS NOT NULL GROUP BY source, stream_id, version) first_copy
              WINDOW w AS (PARTITION BY source, stream_id ORDER BY version)) followed
       WHERE partition <> partition_before OR "offset" < offset_before
       GROUP BY source, stream_id`,
  },
  readCases,
  {
    name: 'read model: the timeline has the same events as the stores',
    sql: `
      SELECT coalesce(${name('e')}, t.source || ' ' || t.case_id || ' version ' || t.stream_version)
             || CASE WHEN t.case_id IS NULL THEN ' is not in the timeline' WHEN e.version IS NULL THEN ' is in no store' ELSE ' differs in the timeline: '
               || concat_ws(', ', CASE WHEN t.event_id::text <> e.id THEN 'id' END, CASE WHEN date_trunc('milliseconds', t.occurred_at) <> date_trunc('milliseconds', e.occurred_at) THEN 'occurred at' END,
                            CASE WHEN date_trunc('milliseconds', t.recorded_at) <> date_trunc('milliseconds', e.recorded_at) THEN 'recorded at' END,
                            CASE WHEN t.actor <> e.actor THEN 'actor' END) END AS difference
        FROM (SELECT source, stream_id, version, id, occurred_at, recorded_at, actor, before_cut FROM store_event WHERE topic = '${topics.case}') e
        FULL JOIN insight.timeline_v${version} t ON t.source = e.source AND t.case_id::text = e.stream_id AND t.stream_version = e.version
       WHERE (t.case_id IS NULL AND e.before_cut) OR e.version IS NULL
          OR (t.event_id::text, date_trunc('milliseconds', t.occurred_at), date_trunc('milliseconds', t.recorded_at), t.actor)
             IS DISTINCT FROM (e.id, date_trunc('milliseconds', e.occurred_at), date_trunc('milliseconds', e.recorded_at), e.actor)
             AND t.case_id IS NOT NULL AND e.version IS NOT NULL`,
  },
  {
    name: 'read model: every case counts what satisfaction told of it last',
    sql: `
      SELECT 'case ' || c.case_id || ': ' || (c.in_scope, c.contacted_in_time, c.counted_reached, c.counted_resolved, c.counted_asked, c.counted_satisfied)::text || ', told ' || coalesce(told.counts, 'nothing') AS difference
        FROM insight.cases_v${version} c
        LEFT JOIN (SELECT DISTINCT ON (stream_id) stream_id, before_cut,
                     (data#>'{response,denominator}', data#>'{response,numerator}', data#>'{resolution,denominator}', data#>'{resolution,numerator}', data#>'{satisfaction,denominator}', data#>'{satisfaction,numerator}')::text AS counts
                     FROM store_event WHERE type LIKE 'lianban.case.counted.%' ORDER BY stream_id, version DESC) told ON told.stream_id = c.case_id::text
       WHERE coalesce(told.before_cut, true)
         AND (c.in_scope, c.contacted_in_time, c.counted_reached, c.counted_resolved, c.counted_asked, c.counted_satisfied)::text <> coalesce(told.counts, '(0,0,0,0,0,0)')`,
  },
  {
    name: 'read model: the sums of the rates are those of the cases',
    sql: `
      SELECT dimension || ' ' || key || ' on ' || day || ': ' || coalesce(s.sums::text, 'no sums') || ', of the cases ' || coalesce(c.sums::text, 'none') AS difference
        FROM (SELECT dimension, key, day, (sum(cases), sum(demands), sum(in_scope), sum(contacted_in_time), sum(counted_reached), sum(counted_resolved), sum(counted_asked), sum(counted_satisfied)) AS sums
                FROM insight.rate_sums_v${version} GROUP BY 1, 2, 3) s
        FULL JOIN (SELECT dimension, key, ((registered_at AT TIME ZONE 'UTC') + interval '8 hours')::date AS day,
                     (count(*) FILTER (WHERE demands > 0), sum(demands), sum(in_scope), sum(contacted_in_time), sum(counted_reached), sum(counted_resolved), sum(counted_asked), sum(counted_satisfied)) AS sums
                FROM insight.cases_v${version}
               CROSS JOIN LATERAL (VALUES ('all', 'all'), ('department', responsible_department), ('territory', territory), ('category', category), ('kind', demand_kind), ('green-channel', green_channel::text)) d (dimension, key)
               WHERE registered_at IS NOT NULL AND key IS NOT NULL GROUP BY 1, 2, 3) c USING (dimension, key, day)
       WHERE coalesce(s.sums::text, '(0,0,0,0,0,0,0,0)') <> coalesce(c.sums::text, '(0,0,0,0,0,0,0,0)')`,
  },
  {
    name: 'no consumer has a parked event',
    sql: serviceNames.map((schema) => `
      SELECT consumer || ': ' || subject || ' (' || source || ' version ' || stream_version || ', ' || reason || coalesce(', ' || error, '') || ')' AS difference
        FROM ${schema}.parked_event`).join(' UNION ALL '),
  },
];
