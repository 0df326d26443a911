import { describe, expect, it } from '@jest/globals';
import { choose, type Possibilities } from './choose.js';

const kafka = { server: 'Kafka', variable: 'KAFKA_BROKERS', needs: 'Install Java 17 and Maven' };

function possible(changes: Partial<Possibilities>): Possibilities {
  return { given: undefined, whyNotEmbedded: () => undefined, engineAnswers: async () => false, prefer: ['embedded', 'containers'], ...changes };
}

describe('choice of infrastructure', () => {
  it('takes a given address before all else, without looking further', async () => {
    const unasked = () => { throw new Error('must not be asked'); };
    expect(await choose(kafka, possible({ given: 'broker:9092', whyNotEmbedded: unasked, engineAnswers: unasked })))
      .toEqual({ kind: 'external', address: 'broker:9092' });
  });

  it.each<{ name: string; changes: Partial<Possibilities>; kind: string }>([
    { name: 'people get the embedded one though an engine answers', changes: { engineAnswers: async () => true }, kind: 'embedded' },
    { name: 'without Java, containers where an engine answers', changes: { whyNotEmbedded: () => 'Java was not found', engineAnswers: async () => true }, kind: 'containers' },
    { name: 'tests get containers where an engine answers', changes: { prefer: ['containers', 'embedded'], engineAnswers: async () => true }, kind: 'containers' },
    { name: 'tests get the embedded one where only the client is there', changes: { prefer: ['containers', 'embedded'] }, kind: 'embedded' },
  ])('$name', async ({ changes, kind }) => {
    expect(await choose(kafka, possible(changes))).toEqual({ kind });
  });

  it('says in one line what is missing and each way out', async () => {
    await expect(choose(kafka, possible({ whyNotEmbedded: () => 'Java was not found' }))).rejects.toMatchObject({
      name: 'StartupProblem',
      message: 'No Kafka: Java was not found, no Docker engine answers (which takes the development dependency testcontainers), and KAFKA_BROKERS is not set. Install Java 17 and Maven, or start Docker, or set KAFKA_BROKERS.',
    });
  });
});
