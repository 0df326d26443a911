/** The read model `visits`: visits, the firms that may be visited, and plans. A group is one stream, and each stream is one row. */
import { topics } from '@lianban/contracts';
import type { EventByType, EventEnvelope, EventType } from '@lianban/contracts';
import type { ReadModel } from '@lianban/projections';
import { instantOf } from '../../domain/instant.js';

interface VisitRow {
  readonly id: string;
  readonly visited_at: string;
  readonly territory: string;
  readonly firm_id: string | null;
  readonly household_id: string | null;
  readonly plan_id: string | null;
  readonly post: string;
  readonly portfolio: string | null;
  readonly met: boolean;
  readonly case_ids: readonly string[];
  readonly visited_by: string;
}

interface FirmRow {
  readonly id: string;
  readonly building: string;
  readonly floor: string | null;
  readonly active: boolean;
  readonly registered_at: string | null;
}

interface PlanRow {
  readonly id: string;
  readonly title: string | null;
  readonly territory: string | null;
  readonly first_day: string | null;
  readonly last_day: string | null;
  readonly posts: unknown;
  readonly ended_at: string | null;
}

interface Visited {
  readonly visits: readonly VisitRow[];
  readonly firms: readonly FirmRow[];
  readonly plans: readonly PlanRow[];
}

const types = [
  'lianban.visit.recorded.v1', 'lianban.firm.registered.v1', 'lianban.firm.changed.v1', 'lianban.visit-plan.made.v1', 'lianban.visit-plan.ended.v1',
] as const satisfies readonly EventType[];

const evolve = (view: Visited, { metadata, ...event }: EventEnvelope<EventByType<(typeof types)[number]>>): Visited => {
  const at = instantOf(metadata.occurredAt);
  switch (event.type) {
    case 'lianban.visit.recorded.v1': {
      const { visitId: id, territory, firmId: firm_id, householdId: household_id, planId: plan_id, post, portfolio, met, caseIds: case_ids } = event.data;
      return { ...view, visits: [{ id, visited_at: at, territory, firm_id, household_id, plan_id, post, portfolio, met, case_ids, visited_by: metadata.actor.id }] };
    }
    case 'lianban.firm.registered.v1': {
      const { firmId: id, building, floor } = event.data;
      return { ...view, firms: [{ id, building, floor, active: true, registered_at: at }] };
    }
    case 'lianban.firm.changed.v1': {
      const { firmId: id, building, floor, active } = event.data;
      return { ...view, firms: [{ id, building, floor, active, registered_at: view.firms[0]?.registered_at ?? null }] };
    }
    case 'lianban.visit-plan.made.v1': {
      const { planId: id, title, territory, from: first_day, to: last_day, posts } = event.data;
      return { ...view, plans: [{ id, title, territory, first_day, last_day, posts, ended_at: null }] };
    }
    case 'lianban.visit-plan.ended.v1': {
      const [plan = { title: null, territory: null, first_day: null, last_day: null, posts: null }] = view.plans;
      return { ...view, plans: [{ ...plan, id: event.data.planId, ended_at: at }] };
    }
    default: return event satisfies never;
  }
};

export const visitsReadModel: ReadModel<Visited> = {
  name: 'visits',
  topics: [topics.visit],
  handled: new Set(types),
  groupColumn: 'id',
  tables: [
    { name: 'visits', key: ['id'], kind: 'state' },
    { name: 'firms', key: ['id'], kind: 'state' },
    { name: 'visit_plans', key: ['id'], kind: 'state' },
  ],
  // The stream is named after its kind: `visit/` and the id.
  groupOf: ({ streamId }) => streamId.slice(streamId.indexOf('/') + 1),
  empty: () => ({ visits: [], firms: [], plans: [] }),
  evolve: (view, event) => evolve(view, event as Parameters<typeof evolve>[1]),
  settle: (view) => view,
  toRows: ({ visits, firms, plans }) => ({ visits, firms, visit_plans: plans }),
  takeLog: () => ({}),
  fromRows: (_id, rows) => ({
    visits: (rows.visits ?? []) as VisitRow[], firms: (rows.firms ?? []) as FirmRow[], plans: (rows.visit_plans ?? []) as PlanRow[],
  }),
};
