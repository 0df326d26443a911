import { catalogue, type EventDefinition, isSource, services, type TopicKind, topicDefinitions, topicKinds, topics, writersOf } from '@lianban/contracts';
import { dataSchemaOf } from '@lianban/kafka';
import { headersSchema } from './asyncapi-headers.js';
import { description } from './asyncapi-text.js';
import { type GeneratedFile, jsonFile } from './generated-file.js';
import { payloadSchema } from './json-schemas.js';

const exampleCaseId = '3e6c1a4b-9d0f-4b7a-8a5e-2f1f6f0e9b10';

const exampleSubject = (definition: EventDefinition): { subject: string; streamId: string } => {
  if (definition.topic === topics.case) return { subject: exampleCaseId, streamId: exampleCaseId };
  if (definition.topic === topics.visit) {
    const kind = definition.type.replace(/^lianban\.(.+)\..+\.v\d+$/, '$1');
    const id = (definition.example as Readonly<Record<string, string>>)[{ 'firm': 'firmId', 'visit': 'visitId', 'visit-plan': 'planId' }[kind] ?? ''] ?? '';
    return { subject: id, streamId: `${kind}/${id}` };
  }
  const example = definition.example as Readonly<Record<string, string | null>>;
  // The subject is the stream's name without its kind.
  const named = ['code', 'id', 'name', 'responsibilityId', 'templateId'].map((field) => example[field]).find((id) => typeof id === 'string');
  const subject = example.year ? `${example.unit ?? '-'}/${example.year}` : named ?? '';
  const kind = definition.type.replace(/^lianban\.(?:directory\.)?(.+?)(?:-changed|\.published|\.set|\.changed)\.v\d+$/, '$1');
  return { subject, streamId: `${kind}/${subject}` };
};

const exampleHeaders = (definition: EventDefinition) => {
  const { subject, streamId } = exampleSubject(definition);
  return {
    ce_specversion: '1.0',
    ce_id: 'b7c9a4e2-6a9f-4c55-9a0e-1c9d2f7e5a01',
    ce_source: `/lianban/${definition.source}`,
    ce_type: definition.type,
    ce_subject: subject,
    ce_partitionkey: subject,
    ce_time: '2026-02-09T09:00:00+08:00',
    ce_recordedtime: '2026-02-09T09:00:00.120+08:00',
    ce_streamid: streamId,
    ce_streamversion: '1',
    ce_correlationid: '0c4f9a52-2f5e-4a86-8a53-6b1d0e7f3c02',
    ce_causationid: '0c4f9a52-2f5e-4a86-8a53-6b1d0e7f3c02',
    ce_dataschema: dataSchemaOf(definition.type),
    ce_actorid: definition.source,
    ce_actorrole: 'system',
    'content-type': 'application/json',
  };
};

const message = (definition: EventDefinition) => {
  // `$schema` and the comment belong to the file of its own; inside this document the dialect is known.
  const { $schema, $comment, ...payload } = payloadSchema(definition);
  return {
    name: definition.type,
    title: definition.type.replace(/^lianban\./, '').replace(/\.v\d+$/, '').replaceAll(/[.-]/g, ' '),
    summary: definition.summary.en,
    contentType: 'application/json',
    tags: [{ name: definition.source }],
    headers: {
      allOf: [
        { $ref: '#/components/schemas/headers' },
        { type: 'object', properties: { ce_type: { const: definition.type }, ce_source: { const: `/lianban/${definition.source}` } } },
      ],
    },
    payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: payload },
    bindings: { kafka: { key: { type: 'string', description: 'Equal to `ce_partitionkey`' }, bindingVersion: '0.5.0' } },
    examples: [{ name: 'example', headers: exampleHeaders(definition), payload: definition.example }],
  };
};

const channel = (kind: TopicKind) => ({
  address: topics[kind],
  description: `${topicDefinitions[kind].summary} Written by ${writersOf(topics[kind]).join(', ')}.`,
  messages: Object.fromEntries(
    catalogue.filter((definition) => definition.topic === topics[kind]).map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
  ),
  bindings: {
    kafka: { topic: topics[kind], partitions: topicDefinitions[kind].partitions, topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': -1, 'retention.bytes': -1 }, bindingVersion: '0.5.0' },
  },
});

const operation = (kind: TopicKind) => ({
  action: 'send',
  summary: `Lianban publishes ${topicDefinitions[kind].what}`,
  channel: { $ref: `#/channels/${kind}` },
});

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

export const asyncApi = (version: string) => ({
  asyncapi: '3.0.0',
  id: 'urn:lianban:events',
  info: {
    title: 'Lianban events',
    version,
    description,
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    tags: services.filter(({ name }) => isSource(name)).map(({ name, text }) => ({ name, description: text.en })),
  },
  defaultContentType: 'application/json',
  servers: {
    development: { host: '127.0.0.1:19092', protocol: 'kafka', description: 'The embedded Kafka of `npm start`' },
  },
  channels: Object.fromEntries(topicKinds.map((kind) => [kind, channel(kind)])),
  operations: Object.fromEntries(topicKinds.map((kind) => [`publish${capital(kind)}Events`, operation(kind)])),
  components: {
    schemas: { headers: headersSchema },
    messages: Object.fromEntries(catalogue.map((definition) => [definition.type, message(definition)])),
  },
});

export const asyncApiFile = (version: string): GeneratedFile => jsonFile('asyncapi.json', asyncApi(version));
