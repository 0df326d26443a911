import { catalogue, type EventDefinition } from '@lianban/contracts';
import { dataSchemaOf } from '@lianban/kafka';
import { z } from 'zod';
import { type GeneratedFile, jsonFile, madeBy } from './generated-file.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Draft 7, which AsyncAPI 3 reads without a converter: the file an integrator fetches and the payload in the AsyncAPI
 * document are then the same text.
 */
export const payloadSchema = (definition: EventDefinition): JsonSchema => {
  const { $schema, ...schema } = z.toJSONSchema(definition.data, {
    target: 'draft-7',
    // `format` says it; zod's 300-character pattern beside it would only hide it.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern;
    },
  });
  return {
    $schema,
    $id: dataSchemaOf(definition.type),
    $comment: madeBy,
    title: definition.type,
    description: definition.summary.en,
    ...schema,
    examples: [definition.example],
  };
};

export const jsonSchemaFiles = (): GeneratedFile[] =>
  catalogue.map((definition) => jsonFile(`schemas/${definition.type}.json`, payloadSchema(definition)));
