import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { register } from 'prom-client';
import type { ClockEvent } from '../domain/case-clocks.js';
import { firingsOf } from './firings.js';
import type { Firing } from './firings.js';
import { countFirings } from './timer-metrics.js';

const event = (type: ClockEvent['type'], data: object = {}, clockId = 'clock') =>
  ({ type, data: { clockId, ...data }, metadata: { occurredAt: '2026-03-09T01:00:00.000Z', recordedAt: '2026-03-09T01:00:02.500Z' } }) as unknown as EventEnvelope<ClockEvent>;
const inTime = [{ clockId: 'clock', recordedLate: false }];

describe('what a sweep fired', () => {
  it.each([
    ['warning', event('lianban.clock.warned.v1')],
    ['breach', event('lianban.clock.breached.v2')],
    ['lapse', event('lianban.clock.lapsed.v1')],
    ['reminder', event('lianban.supervision.raised.v1', { step: 'reminder' })],
    ['criticism', event('lianban.supervision.raised.v1', { step: 'criticism' })],
    ['escalation', event('lianban.supervision.raised.v1', { step: 'escalation' })],
  ])('was a %s, so much later than its time', (purpose, fired) => {
    expect(firingsOf([fired], inTime)).toEqual([{ purpose, lateSeconds: 2.5, recordedLate: false }]);
  });

  it('is told apart, clock by clock, from what was over when it became known', () => {
    const fired = firingsOf([event('lianban.clock.breached.v2'), event('lianban.clock.breached.v2', {}, 'import')], [...inTime, { clockId: 'import', recordedLate: true }]);
    expect(fired.map(({ recordedLate }) => recordedLate)).toEqual([false, true]);
  });
});

it('everything is counted by purpose; only what was known before its time counts as late', async () => {
  const shown = async (name: string, part = name, labels: object = {}) => {
    const metric = await register.getSingleMetric(name)?.get() as { values: { metricName?: string; labels: object; value: number }[] };
    return metric.values.filter((one) => (one.metricName ?? name) === part && Object.entries(labels).every(([key, value]) => (one.labels as Record<string, unknown>)[key] === value))
      .map(({ labels: { purpose }, value }: { labels: { purpose?: string }; value: number }) => [purpose, value]);
  };
  const firing = (purpose: Firing['purpose'], lateSeconds: number, recordedLate = false): Firing => ({ purpose, lateSeconds, recordedLate });
  countFirings([firing('breach', 0.3), firing('breach', 40), firing('breach', 90_000_000, true), firing('escalation', 7_200)]);
  expect(await shown('lianban_timer_fired_total')).toEqual([['breach', 3], ['escalation', 1]]);
  const lateness = (part: string, labels?: object) => shown('lianban_timer_lateness_seconds', `lianban_timer_lateness_seconds_${part}`, labels);
  expect(await lateness('count')).toEqual([['breach', 2], ['escalation', 1]]);
  expect(await lateness('sum')).toEqual([['breach', 40.3], ['escalation', 7_200]]);
  expect(await lateness('bucket', { le: 0.5 })).toEqual([['breach', 1], ['escalation', 0]]);
  expect(await lateness('bucket', { le: 3_600 })).toEqual([['breach', 2], ['escalation', 0]]);
});
