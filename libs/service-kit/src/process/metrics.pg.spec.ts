import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { parkedReading, relayReading, transactionReading } from './database-metrics.js';
import { Metrics, readGauge } from './metrics.js';
import type { Reading } from './metrics.js';

const infrastructure = testInfrastructure();
const silent = { warn: () => undefined };
let pool: pg.Pool;
let other: pg.Client;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.sla, max: 4 });
  // Another role: a service is not shown when its transactions began.
  other = new pg.Client({ connectionString: services.intake });
  await other.connect();
}, 120_000);

afterAll(async () => {
  await other?.end();
  await pool?.end();
  await infrastructure.stop();
});

const shown = async (reading: Reading, form: RegExp): Promise<string[]> => {
  const metrics = new Metrics(silent);
  metrics.add(reading);
  return (await metrics.text()).split('\n').filter((line) => form.test(line));
};

describe('the numbers read from the database', () => {
  it('tell how long any transaction of the server that has written is open, and forget it when it ends', async () => {
    let now = 0;
    const reading = transactionReading(pool, () => now);
    const age = async () => Number((await shown(reading, /^lianban_oldest_transaction_seconds/)).at(0)?.split(' ').at(-1));
    await other.query('BEGIN');
    await other.query('SELECT pg_current_xact_id()');
    await pool.query(`INSERT INTO timer VALUES ('00000000-0000-4000-8000-000000000001', 'c', now(), now(), false)`);
    // Other tests use the same server: their transactions are seen too, until they end.
    const eventually = async (right: (seconds: number) => boolean, step: number) => {
      for (let tries = 0; tries < 200 && !right(await age()); tries += 1) {
        now += step;
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
      return age();
    };
    expect(await eventually((seconds) => seconds >= 40, 40_000)).toBeGreaterThanOrEqual(40);
    await other.query('COMMIT');
    expect(await eventually((seconds) => seconds < 40, 0)).toBeLessThan(40);
  });

  it('tell what is parked, by consumer and reason, and what was given up', async () => {
    const park = (subject: string, version: number, reason: string) => pool.query(
      `INSERT INTO parked_event (consumer, source, stream_id, stream_version, subject, topic, partition, "offset", headers, value, reason)
       VALUES ('sla', 'intake', $1, $2::int, $1, 't', 0, $2::int, '{}', '', $3)`, [subject, version, reason]);
    await park('a', 1, 'failed');
    await park('a', 2, 'waiting');
    await park('b', 1, 'failed');
    const reading = parkedReading(pool);
    expect(await shown(reading, /^lianban_parked/)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^lianban_parked_events\{.*reason="failed".*\} 2$/), expect.stringMatching(/^lianban_parked_events\{.*reason="waiting".*\} 1$/),
      expect.stringMatching(/^lianban_parked_subjects\{.*\} 2$/),
    ]));
    await pool.query('DELETE FROM parked_event');
    expect(await shown(reading, /^lianban_parked/)).toEqual([]);
  });

  it('are absent while they can not be read, and what fails is counted', async () => {
    expect(await shown(relayReading(pool), /^lianban_relay_lag_seconds/)).toHaveLength(1);
    const away = { query: () => Promise.reject(new Error('away')) };
    const lines = await shown(relayReading(away), /^lianban_(relay_lag|metric_reading_failures)/);
    expect(lines).toEqual([expect.stringMatching(/^lianban_metric_reading_failures_total\{.*reading="relay".*\} 1$/)]);
  });
});

it('a number that came too late is not shown the next time', async () => {
  const gauge = readGauge('lianban_test_late', 'For this test only');
  let arrive: () => void = () => undefined;
  const read = () => new Promise<void>((resolve) => {
    arrive = () => {
      gauge.set(7);
      resolve();
    };
  });
  expect(await shown({ name: 'late', gauges: [gauge], read }, /^lianban_test_late/)).toEqual([]);
  arrive();
  expect(await shown({ name: 'other', gauges: [], read: () => Promise.resolve() }, /^lianban_test_late/)).toEqual([]);
});
