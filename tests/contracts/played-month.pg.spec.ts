/** A month played through by hand: what each case puts into the three rates stands in a table. Satisfaction hears it and tells what each case counts; insight sums what was told. Both answer just the table over REST's own controllers. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Derivation, type EventByType, type EventEnvelope, maskText } from '@lianban/contracts';
import { deterministicId, postgresEventStore } from '@lianban/event-store';
import type { EventStore, NewEvent } from '@lianban/event-store';
import { handleTogether, hearing } from '@lianban/service-kit';
import { history, someone, testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { RatesController } from '../../apps/insight/src/rates/rates.controller.js';
import type { Rates } from '../../apps/insight/src/rates/rates.controller.js';
import { projecting } from '../../apps/insight/test-support/projecting.js';
import { watchCase } from '../../apps/satisfaction/src/open-call-back/watch-case.process.js';
import { watchLeadsAndContacts } from '../../apps/satisfaction/src/keep-rates/watch-leads-and-contacts.process.js';
import { ShowAssessmentController } from '../../apps/satisfaction/src/show-assessment/show-assessment.controller.js';

const infrastructure = testInfrastructure();
let satisfaction: pg.Pool;
let store: EventStore;
let insight: pg.Pool;

beforeAll(async () => {
  const { services } = await (await infrastructure.postgres()).serviceDatabase();
  satisfaction = new pg.Pool({ connectionString: services.satisfaction });
  store = postgresEventStore(satisfaction, 'satisfaction');
  insight = new pg.Pool({ connectionString: services.insight });
}, 120_000);
afterAll(async () => {
  await Promise.all([satisfaction?.end(), insight?.end()]);
  await infrastructure.stop();
});

const idOf = (name: string): string => deterministicId('played-month', name);

type Step =
  | { readonly contact: 'met' | 'late' | 'running' }
  | { readonly lead: string }
  | { readonly recorded: readonly [round: number, resolved: boolean | null, satisfaction: number | null, demand?: string] }
  | { readonly intake: EventByType<'lianban.case.withdrawn.v1' | 'lianban.case.merged.v1' | 'lianban.demand.joined.v1' | 'lianban.demand.left.v1'> };

const contact = (status: 'met' | 'late' | 'running'): Step => ({ contact: status });
const lead = (department: string): Step => ({ lead: department });
/** Of an own demand, or of that of a case that joined. `null`: nobody was reached. */
const told = (round: number, resolved: boolean | null, satisfaction: number | null, demand?: string): Step => ({ recorded: [round, resolved, satisfaction, demand] });
const withdrawn: Step = { intake: { type: 'lianban.case.withdrawn.v1', data: { reason: null } } };
const mergedInto = (other: string): Step => ({ intake: { type: 'lianban.case.merged.v1', data: { intoCaseId: idOf(other), reason: null } } });
const joined = (other: string): Step => ({ intake: { type: 'lianban.demand.joined.v1', data: { demandCaseId: idOf(other), caseNo: 'LB20261102-000009', title: maskText(other) } } });
const left = (other: string): Step => ({ intake: { type: 'lianban.demand.left.v1', data: { demandCaseId: idOf(other) } } });

/** For each rate numerator and denominator, then who was reached and not asked. */
type Figures = readonly [response: readonly [number, number], resolution: readonly [number, number], satisfaction: readonly [number, number], notAsked: number];
const november = '2026-11-02T09:00:00+08:00';
const october = '2026-10-12T09:00:00+08:00';

const month: readonly [name: string, registeredAt: string, steps: readonly Step[], puts: Figures][] = [
  ['settled', november, [contact('met'), lead('housing'), told(1, true, 5)], [[1, 1], [1, 1], [1, 1], 0]],
  ['a rework that ended unreachable', november, [contact('late'), lead('housing'), told(1, false, 1), told(2, null, null)], [[0, 1], [0, 1], [0, 1], 0]],
  ['not asked for satisfaction', november, [contact('met'), lead('water'), told(1, true, null)], [[1, 1], [1, 1], [0, 0], 1]],
  ['withdrawn in time, before any contact', november, [lead('water'), withdrawn, contact('met')], [[1, 1], [0, 0], [0, 0], 0]],
  ['withdrawn late, before any contact', november, [lead('water'), withdrawn, contact('late')], [[0, 1], [0, 0], [0, 0], 0]],
  ['merged, contacted afterwards', november, [mergedInto('merged, parted, merged again'), contact('met')], [[1, 1], [0, 0], [0, 0], 0]],
  ['merged, parted, merged again', november, [
    contact('met'), lead('housing'), joined('merged, contacted afterwards'), told(1, false, 3, 'merged, contacted afterwards'), left('merged, contacted afterwards'),
    told(1, true, 4), joined('merged, contacted afterwards'),
  ], [[1, 1], [1, 2], [1, 2], 0]],
  ['never reached, not contacted yet', november, [contact('running'), lead('water'), told(1, null, null)], [[0, 0], [0, 0], [0, 0], 0]],
  // By the second formula: whoever is reached counts for satisfaction, and the last outcome wins whatever it is.
  ['of October, not asked', october, [contact('met'), lead('housing'), told(1, true, null)], [[1, 1], [1, 1], [0, 1], 0]],
  ['of October, unreachable at last', october, [contact('met'), lead('housing'), told(1, false, 1), told(2, null, null)], [[1, 1], [0, 0], [0, 0], 0]],
];

const derivation: Derivation = {
  policy: { id: 'contact', effectiveFrom: october }, calendarVersion: null, matched: [], calendarUnit: null, extensions: [], held: [], holidays: [], makeUpDays: [],
  extensionCap: null, start: october, limit: { kind: 'elapsed', amount: 2, unit: 'hours' },
};

/** What the others say, and what was recorded, which goes into satisfaction's own store. */
const eventsOf = ([name, registeredAt, steps]: (typeof month)[number]): { heard: EventEnvelope[]; recorded: NewEvent[] } => {
  const clock = { clockId: idOf(`${name} contact`), kind: 'contact', round: 1, milestone: null, workOrderId: null, department: null, dueAt: registeredAt } as const;
  const at = <E extends object>(event: E) => ({ ...event, occurredAt: registeredAt });
  const only = <K extends string>(key: K) => steps.flatMap((step) => (key in step ? [step as Extract<Step, Record<K, unknown>>] : []));
  const contacts = only('contact').flatMap(({ contact: status }) => [
    at({ type: 'lianban.clock.started.v2', data: { ...clock, startedAt: registeredAt, warnAt: [] as string[], provisional: false, derivation } } as const),
    ...(status === 'running' ? [] : [at({ type: 'lianban.clock.stopped.v2', data: { ...clock, stoppedAt: registeredAt, outcome: status } } as const)]),
  ]);
  const recorded = only('recorded').map(({ recorded: [round, resolved, score, demand] }) => at({
    type: 'lianban.call-back.recorded.v2',
    data: {
      callBackId: idOf(`${name} ${round} ${demand ?? 'own'}`), round, demandCaseId: demand === undefined ? null : idOf(demand), lead: 'housing', reached: resolved !== null, resolved,
      satisfaction: score, comment: null, unitAtFault: null, decision: resolved === false ? 'rework' : 'close', reworks: resolved === false ? 1 : 0,
    },
  } as const));
  const heard = [
    ...history('sla', idOf(name), contacts),
    ...history('dispatch', idOf(name), only('lead').map(({ lead: department }) => at({ type: 'lianban.case.dispatched.v1', data: { round: 1, lead: department, assist: [], note: null } } as const))),
    ...history('intake', idOf(name), [
      at({
        type: 'lianban.case.registered.v1',
        data: {
          caseNo: 'LB20261102-000001', title: name, description: name, channel: 'online', category: null, territory: 'riverside', location: null,
          requester: { kind: 'resident', ref: idOf(name) }, urgency: 'normal',
        },
      } as const),
      ...only('intake').map(({ intake }) => at(intake)),
    ]),
  ] as EventEnvelope[];
  return { heard: heard.map((event) => ({ ...event, metadata: { ...event.metadata, id: idOf(event.metadata.id) } })), recorded };
};

const { hear } = hearing([watchCase, watchLeadsAndContacts], () => Promise.resolve());

/** What satisfaction has written of the case in the end. */
const playedBySatisfaction = async (row: (typeof month)[number]): Promise<readonly EventEnvelope[]> => {
  const caseId = idOf(row[0]);
  const { heard, recorded } = eventsOf(row);
  const meta = { occurredAt: row[1], recordedAt: row[1], correlationId: 'test', causationId: 'test', actor: someone };
  if (recorded.length > 0) await store.transaction((tx) => store.append(tx, caseId, 0, recorded, meta));
  await store.transaction((tx) => handleTogether(tx, store, 'satisfaction', heard, hear));
  return store.read(caseId);
};

const rateOf = ([numerator, denominator]: readonly [number, number]) => ({ numerator, denominator, value: denominator === 0 ? undefined : numerator / denominator });
const shown = ([response, resolution, satisfied, notAsked]: Figures) => ({ response: rateOf(response), resolution: rateOf(resolution), satisfaction: rateOf(satisfied), notAsked });

it('answers by the sums of the table, in both services, each month by its own formula', async () => {
  const project = projecting();
  for (const row of month) {
    const written = await playedBySatisfaction(row);
    await project(insight, 1, [...eventsOf(row).heard, ...written]);
  }
  const { rows } = await insight.query<{ title: string; puts: number[] }>(
    'SELECT title, ARRAY[contacted_in_time, in_scope, counted_resolved, counted_reached, counted_satisfied, counted_asked, counted_reached - counted_asked]::int[] AS puts FROM cases');
  expect(new Map(rows.map(({ title, puts }) => [title, puts]))).toEqual(new Map(month.map(([name, , , puts]) => [name, puts.flat()])));

  // Summed by hand.
  const figures: Figures = [[5, 7], [3, 5], [2, 4], 1];
  const housing: Figures = [[2, 3], [2, 4], [2, 4], 0];
  const water: Figures = [[2, 3], [1, 1], [0, 0], 1];
  const before: Figures = [[2, 2], [1, 1], [0, 1], 0];

  const assessment = new ShowAssessmentController(satisfaction);
  expect(await assessment.show('2026-11')).toEqual({
    period: '2026-11', formula: 'three-rates.v3', rates: shown(figures),
    departments: [{ department: 'housing', ...shown(housing) }, { department: 'water', ...shown(water) }],
  });
  expect(await assessment.show('2026-10')).toMatchObject({ formula: 'three-rates.v2', rates: shown(before), departments: [{ department: 'housing', ...shown(before) }] });

  const none = { departments: () => Promise.resolve([]), territories: () => Promise.resolve([]) };
  const rates = (query: object) => new RatesController(insight, none as never).rates(query, 'json') as Promise<Rates>;
  expect(await rates({ groupBy: 'month' })).toEqual({
    formula: 'three-rates.v3',
    items: [
      { key: '2026-10', name: undefined, cases: 2, demands: 2, ...shown(before), formulas: ['three-rates.v2'] },
      { key: '2026-11', name: undefined, cases: 7, demands: 8, ...shown(figures), formulas: ['three-rates.v3'] },
    ],
  });
  expect(await rates({ groupBy: 'department', from: '2026-11-01', to: '2026-11-30' })).toMatchObject({
    items: [{ key: 'housing', ...shown(housing), formulas: ['three-rates.v3'] }, { key: 'water', ...shown(water), formulas: ['three-rates.v3'] }],
  });
  expect(await rates({ from: '2026-10-12T08:00:00+08:00', to: '2026-11-02T10:00:00+08:00' })).toMatchObject({ items: [{ key: 'all', formulas: ['three-rates.v2', 'three-rates.v3'] }] });
  expect(await rates({ to: '2026-10-31' })).toMatchObject({ formula: 'three-rates.v2', items: [{ key: 'all', ...shown(before) }] });
});
