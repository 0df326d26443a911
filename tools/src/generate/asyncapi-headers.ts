/** Kafka headers of an event: CloudEvents attributes and our extensions. Header values are UTF-8 strings, numbers included. */
import { roles, sources } from '@lianban/contracts';

const text = (description: string, extra: Record<string, unknown> = {}) => ({ type: 'string', description, ...extra });
const instant = (description: string) => text(description, { format: 'date-time' });

export const headersSchema = {
  type: 'object',
  required: [
    'ce_id', 'ce_source', 'ce_type', 'ce_specversion', 'ce_subject', 'ce_time', 'ce_partitionkey', 'ce_streamid', 'ce_streamversion',
    'ce_correlationid', 'ce_causationid', 'ce_dataschema', 'ce_recordedtime', 'ce_actorid', 'ce_actorrole', 'content-type',
  ],
  properties: {
    ce_specversion: text('CloudEvents version', { const: '1.0' }),
    ce_id: text('Unique id of the event', { format: 'uuid' }),
    ce_source: text('The service that wrote it; with `ce_streamid` it names the stream', { enum: sources.map((source) => `/lianban/${source}`) }),
    ce_type: text('Event type with its version'),
    ce_subject: text('What it is about: the case id, the code in the directory, or the id of a visit, plan or firm'),
    ce_partitionkey: text('The message key: equal to `ce_subject`'),
    ce_time: instant('When it happened'),
    ce_recordedtime: instant('When it was written'),
    ce_streamid: text("The writer's own stream: the case id, or `department/<code>` and the like"),
    ce_streamversion: text('Position in that stream: from 1, without gaps', { pattern: '^[1-9][0-9]*$' }),
    ce_correlationid: text('One id for all that follows from one command'),
    ce_causationid: text('Id of the event that caused this one; for a user\'s command the correlation id'),
    ce_dataschema: text('Name of the JSON Schema of the data; a deployment serves it at `/api/schemas/<ce_type>.json`'),
    ce_actorid: text('Id of the person (`p-` and 24 characters, which only the services can make of an account) or name of the service that did it. Events of earlier versions have the account'),
    ce_actorrole: text('Role it acted in; `system` for a reaction to an event', { enum: [...roles] }),
    ce_actordepartment: text('Code of its department; absent when it has none'),
    ce_actorterritory: text('Code of its territory; absent when it has none'),
    ce_traceparent: text('W3C trace context of what wrote it (CloudEvents extension Distributed Tracing); absent unless that was traced', { pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-01$' }),
    'content-type': text('Of the value', { const: 'application/json' }),
  },
} as const;
