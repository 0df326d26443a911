import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Derivation, EventByType, EventEnvelope } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus, handleTogether, hearing } from '@lianban/service-kit';
import { history, minuteOf, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { watchCase } from './open-call-back/watch-case.process.js';
import { watchLeadsAndContacts } from './keep-rates/watch-leads-and-contacts.process.js';
import { RecordOutcomeController } from './record-outcome/record-outcome.controller.js';
import { periodPipe, ShowAssessmentController } from './show-assessment/show-assessment.controller.js';

const infrastructure = testInfrastructure();
let pool: pg.Pool;
let store: EventStore;
let recording: RecordOutcomeController;
let assessment: ShowAssessmentController;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  pool = new pg.Pool({ connectionString: services.satisfaction, max: 4 });
  store = postgresEventStore(pool, 'satisfaction');
  recording = new RecordOutcomeController(new CommandBus('satisfaction', pool, store, 'only-for-this-test-0123456789'), pool);
  assessment = new ShowAssessmentController(pool);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

type ClockEvent = EventByType<
  'lianban.clock.started.v2' | 'lianban.clock.stopped.v2' | 'lianban.clock.breached.v2' | 'lianban.clock.corrected.v2' | 'lianban.clock.cancelled.v2'
>;
type Heard = ClockEvent | EventByType<'lianban.case.registered.v1' | 'lianban.case.dispatched.v1' | 'lianban.case.answered.v1'>;

const { hear: follow } = hearing([watchCase, watchLeadsAndContacts], () => Promise.resolve());
const hear = (event: EventEnvelope<Heard>): Promise<void> => store.transaction((tx) => handleTogether(tx, store, 'satisfaction', [event], follow));

const idOf = (name: string): string => deterministicId('rates.pg.spec', name);

const registered = (name: string, occurredAt = minuteOf(0)) => history('intake', idOf(name), [{
  type: 'lianban.case.registered.v1',
  data: {
    caseNo: 'LB20260209-000001', title: name, description: name, channel: 'online', category: null, territory: 'riverside', location: null,
    requester: { kind: 'resident', ref: idOf(name) }, urgency: 'normal',
  },
  occurredAt,
}]);

const dispatched = (lead: string): EventByType<'lianban.case.dispatched.v1'> =>
  ({ type: 'lianban.case.dispatched.v1', data: { round: 1, lead, assist: [], note: null } });
const answered = (name: string, lead: string, round = 1): EventByType<'lianban.case.answered.v1'> =>
  ({ type: 'lianban.case.answered.v1', data: { workOrderId: idOf(`${name} ${round}`), round, lead, result: maskText('Done.') } });

const about = (name: string, kind: 'contact' | 'lead') => ({ clockId: idOf(`${name} ${kind}`), kind, round: 1, milestone: null, workOrderId: null, department: null, dueAt: minuteOf(120) });
const started = (name: string, kind: 'contact' | 'lead' = 'contact') => ({
  type: 'lianban.clock.started.v2',
  data: {
    ...about(name, kind), startedAt: minuteOf(0), warnAt: [] as string[], provisional: false,
    derivation: { policy: { id: 'contact', effectiveFrom: minuteOf(0) }, calendarVersion: null, matched: [] as Derivation['matched'], calendarUnit: null, extensions: [] as Derivation['extensions'], held: [] as Derivation['held'],
  holidays: [] as Derivation['holidays'], makeUpDays: [] as string[], extensionCap: null, start: minuteOf(0), limit: { kind: 'elapsed', amount: 2, unit: 'hours' } },
  },
} as const);
const stopped = (name: string, outcome: 'met' | 'late') => ({ type: 'lianban.clock.stopped.v2', data: { ...about(name, 'contact'), stoppedAt: minuteOf(5), outcome } } as const);
const breached = (name: string, kind: 'contact' | 'lead' = 'contact') => ({ type: 'lianban.clock.breached.v2', data: about(name, kind) } as const);
const corrected = (name: string) => ({ type: 'lianban.clock.corrected.v2', data: { ...about(name, 'contact'), stoppedAt: minuteOf(5) } } as const);
const cancelled = (name: string) => {
  const { dueAt: _, ...clock } = about(name, 'contact');
  return { type: 'lianban.clock.cancelled.v2', data: { ...clock, reason: 'case-ended' } } as const;
};

const dispatch = (name: string, ...events: EventByType<'lianban.case.dispatched.v1' | 'lianban.case.answered.v1'>[]) => history('dispatch', idOf(name), events);
const sla = (name: string, ...events: ClockEvent[]) => history('sla', idOf(name), events);

const callBack = async (name: string, outcome: { reached: boolean; resolved?: boolean; satisfaction?: number }): Promise<void> => {
  const { rows } = await pool.query<{ id: string }>(`SELECT call_back_id AS id FROM call_back WHERE case_id = $1 AND status = 'due'`, [idOf(name)]);
  await recording.record(rows[0]!.id, {
    actor: { id: 'callback-1', role: 'callback', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: false, correlationId: 'test', route: '', requestHash: '',
  }, outcome);
};

const play = async (...events: readonly EventEnvelope<Heard>[]): Promise<void> => {
  for (const event of events) await hear(event);
};

describe('the assessment of a month', () => {
  const none = { numerator: 0, denominator: 0, value: undefined };

  it('has no value for a month without cases, and refuses a text that is no month', async () => {
    expect(await assessment.show('2019-01')).toEqual({
      period: '2019-01', formula: 'three-rates.v2', rates: { response: none, resolution: none, satisfaction: none, notAsked: 0 }, departments: [],
    });
    for (const other of ['2026', '2026-13', '2026-2', '2026-02-01', '２０２６-02', '2026-02\n']) {
      expect(() => periodPipe.transform(other, { type: 'param' })).toThrow('period: must be a month');
    }
  });

  it('counts contact in time, the last outcome and the lead at the answer', async () => {
    // In time and satisfied. The lead's clock is late, but the response rate only looks at the contact clock.
    await play(...registered('good'), ...dispatch('good', dispatched('housing'), answered('good', 'housing')),
      ...sla('good', started('good'), started('good', 'lead'), stopped('good', 'met'), breached('good', 'lead')));
    await callBack('good', { reached: true, resolved: true, satisfaction: 5 });
    // A breach, and a rework that another unit answers: counts once, for that unit, by the second outcome. Sla is heard before intake.
    await play(...sla('rework', started('rework'), breached('rework'), stopped('rework', 'late')), ...registered('rework'),
      ...dispatch('rework', dispatched('housing'), answered('rework', 'housing')));
    await callBack('rework', { reached: true, resolved: false, satisfaction: 1 });
    expect((await assessment.show('2026-02')).departments.find(({ department }) => department === 'housing')).toMatchObject({
      response: { numerator: 1, denominator: 2 }, resolution: { numerator: 1, denominator: 2, value: 0.5 }, satisfaction: { numerator: 1, denominator: 2 },
    });
    await hear(dispatch('rework', dispatched('housing'), answered('rework', 'housing'), answered('rework', 'water', 2))[2]!);
    await callBack('rework', { reached: true, resolved: true, satisfaction: 3 });
    // Not reached; a breach that was undone. Dispatch is heard first.
    await play(...dispatch('unreached', dispatched('landscaping'), dispatched('water'), answered('unreached', 'water')),
      ...sla('unreached', started('unreached'), breached('unreached'), corrected('unreached')), ...registered('unreached'));
    await callBack('unreached', { reached: false });
    // Withdrawn before anybody had it: counts for no department and is out of scope.
    await play(...registered('nobody'), ...sla('nobody', started('nobody'), cancelled('nobody')));
    // Not answered yet: counts for the current lead.
    await play(...registered('open'), ...dispatch('open', dispatched('landscaping')), ...sla('open', started('open')));
    // One registered a minute before March begins in China, one a minute after. Only the first is February's.
    await play(...registered('last', '2026-02-28T15:59:00Z'), ...sla('last', started('last'), stopped('last', 'met')));
    await play(...registered('first', '2026-02-28T16:01:00Z'), ...sla('first', started('first'), stopped('first', 'late')));
    // The registration of this case is never heard.
    await play(...sla('unheard', started('unheard'), stopped('unheard', 'met')));

    expect(await assessment.show('2026-02')).toEqual({
      period: '2026-02', formula: 'three-rates.v2',
      rates: {
        response: { numerator: 3, denominator: 4, value: 0.75 },
        resolution: { numerator: 2, denominator: 2, value: 1 },
        satisfaction: { numerator: 1, denominator: 2, value: 0.5 }, notAsked: 0,
      },
      departments: [
        {
          department: 'housing', response: { numerator: 1, denominator: 1, value: 1 },
          resolution: { numerator: 1, denominator: 1, value: 1 }, satisfaction: { numerator: 1, denominator: 1, value: 1 }, notAsked: 0,
        },
        { department: 'landscaping', response: none, resolution: none, satisfaction: none, notAsked: 0 },
        {
          department: 'water', response: { numerator: 1, denominator: 2, value: 0.5 },
          resolution: { numerator: 1, denominator: 1, value: 1 }, satisfaction: { numerator: 0, denominator: 1, value: 0 }, notAsked: 0,
        },
      ],
    });
    expect((await assessment.show('2026-03')).rates.response).toEqual({ numerator: 0, denominator: 1, value: 0 });
  });
});
