import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { fulfil } from './parked-events.js';
import { parseWish } from './wish.js';

const infrastructure = testInfrastructure();
let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).adminUrl });
  await client.connect();
  await client.query('SET ROLE lianban_owner');
}, 120_000);
afterAll(async () => {
  await client?.end();
  await infrastructure.stop();
});

const parked = async (line: string): Promise<string[]> => {
  const said: string[] = [];
  await fulfil(client, parseWish(line.split(' ')), (text) => void said.push(text));
  return said;
};
const park = (subject: string, version: number, reason: string, error: string | null) => client.query(
  `INSERT INTO sla.parked_event (consumer, source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason, error)
   VALUES ('sla', 'intake', $1, $2::int, $1, 'lianban.case', 0, $2::int, '{"ce_type":"lianban.case.accepted.v1"}', 'secret payload', $3, $4)`,
  [subject, version, reason, error]);

it('lists what is parked and writes down what is to be done about the event that blocks a case', async () => {
  expect(await parked('list')).toEqual(['Nothing is parked.']);
  await park('C-1', 1, 'failed', 'first line\nsecond line');
  await park('C-1', 2, 'waiting', null);
  await park('C-2', 5, 'gap', null);

  const listed = await parked('list');
  expect(listed).toHaveLength(4);
  expect(listed[0]).toMatch(/^sla {2}consumer sla {2}case C-1 {2}lianban\.case\.accepted\.v1 {2}intake version 1 {2}failed {2}since \d{4}-/);
  expect(listed[1]).toBe('  first line second line');
  expect(listed.join()).not.toContain('secret payload');
  expect(await parked('list insight')).toEqual(['Nothing is parked.']);

  expect((await parked('skip sla C-1 --reason never was a case'))[0]).toContain('skip  consumer sla  case C-1');
  await parked('retry sla C-2');
  const { rows } = await client.query(
    `SELECT subject, stream_version AS version, wish, wish_reason AS why, wish_actor->>'id' LIKE 'command line (%)' AS named FROM sla.parked_event ORDER BY 1, 2`);
  expect(rows).toEqual([
    { subject: 'C-1', version: 1, wish: 'skip', why: 'never was a case', named: true },
    { subject: 'C-1', version: 2, wish: null, why: null, named: null },
    { subject: 'C-2', version: 5, wish: 'retry', why: null, named: true },
  ]);
  expect((await parked('list sla'))[0]).toContain('to be done: skip');
});

it('says so when there is no such event', async () => {
  await park('C-3', 2, 'gap', null);
  await expect(parked('skip sla C-3 --reason gaps can not be skipped')).rejects.toThrow('sla has no event of case C-3 to skip.');
  await expect(parked('retry intake C-3')).rejects.toThrow('intake has no event of case C-3 to retry.');
});
