import { DomainError, refusedField } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { EventStore, PreparedAppend, Tx } from '@lianban/event-store';
import { CommandBus, CommandResult, CONFIG, decideOn, DirectoryCopy, EVENT_STORE, findAnswer, SQL, standingOf } from '@lianban/service-kit';
import type { Aggregate, Change, CommandContext, PersonKey, RowWriter, WriteRows } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Inject, Injectable } from '@nestjs/common';
import { initialFacts } from '../domain/facts.js';
import { evolveVisit } from '../domain/visit.js';
import type { VisitEvent, VisitState } from '../domain/visit.js';
import { findFirms } from '../firms/firm-rows.js';
import type { FirmRow } from '../firms/firm-rows.js';
import { intakeStream } from '../intake-stream.js';
import { caseNumber, numbersOf } from '../register/case-number.js';
import { keepOriginals, MaskedTexts } from '../requester/original-text.js';
import type { RequesterData } from '../requester/mask-requester.js';
import { keepContacts } from '../requester/requester-vault.js';
import type { RequesterContact } from '../requester/requester-vault.js';
import { keepSimilarCases } from '../similar-cases/similar-case-rows.js';
import { SimilarCases } from '../similar-cases/similar-cases.js';
import { findCase } from './find-case.decider.js';
import { householdId, visitId as visitIdOf } from './derived-id.js';
import { requireInPlan } from './plan.decider.js';
import { findPlans } from './plan-rows.js';
import type { PlanRow } from './plan-rows.js';
import { recordVisit, requireEnteredInTime, visitorOf } from './record-visit.decider.js';
import type { HouseholdBody, VisitBody } from './visit.body.js';
import { keepHouseholds, keepVisits } from './visit-rows.js';
import type { Household } from './visit-rows.js';
import type { RecordedVisitView } from './visit.views.js';

const visitStream: Aggregate<VisitState> = { initialState: null, evolve: (state, event) => evolveVisit(state, event as EventEnvelope<VisitEvent>) };
export const visitStreamOf = (visitId: string): string => `visit/${visitId}`;

/** Who was visited: a reference for the events, and what only intake knows. */
interface Visited {
  readonly territory: string;
  readonly firmId: string | null;
  readonly household: Household | null;
  /** As the requester of the demands found there. */
  readonly contact: RequesterContact;
  /** Whom a text about the visit may name. */
  readonly known: readonly RequesterData[];
}

/** What records name by its id. */
interface Named {
  readonly firms: ReadonlyMap<string, FirmRow>;
  readonly plans: ReadonlyMap<string, PlanRow>;
}

/** Who enters visits in the course of their work, and may do it a few days later. */
const visits = (role: string): boolean => role === 'grid' || role === 'specialist';

@Injectable()
export class RecordVisits {
  private readonly nextNumber: () => Promise<number>;
  private readonly appendCases: RowWriter<PreparedAppend>;

  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'rules' | 'territoryPaths'>,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(SimilarCases) private readonly similar: Pick<SimilarCases, 'requesterOf'>,
    @Inject(CONFIG) private readonly config: Pick<PersonKey, 'PERSON_SECRET'>,
  ) {
    this.nextNumber = numbersOf(sql);
    this.appendCases = (tx, appends) => store.appendMany(tx, appends);
  }

  /** Firms and plans that records name, read at once. */
  async named(bodies: readonly Pick<VisitBody, 'firmId' | 'planId'>[]): Promise<Named> {
    const [firms, plans] = await Promise.all([findFirms(this.sql, bodies.flatMap(({ firmId }) => firmId ?? [])), findPlans(this.sql, bodies.flatMap(({ planId }) => planId ?? []))]);
    return { firms, plans };
  }

  /** The visit and a case for each demand, all or nothing. @throws DomainError */
  async record(ctx: CommandContext, body: VisitBody, named: Named): Promise<CommandResult> {
    try {
      return await this.decide(ctx, body, named);
    } catch (error) {
      // What was entered before may not be possible any more: the firm has closed, or the days are over.
      const known = error instanceof DomainError ? await findAnswer(this.sql, ctx) : undefined;
      if (known) return new CommandResult(known, true);
      throw error;
    }
  }

  private async decide(ctx: CommandContext, body: VisitBody, { firms, plans }: Named): Promise<CommandResult> {
    const { role } = ctx.actor;
    const mayBeLate = visits(role) && !ctx.mayImport;
    const now = new Date().toISOString();
    const { territory, firmId, household, contact, known } = await this.visited(body, firms);
    const rules = await this.directory.rules();
    const visitor = visitorOf(role, body, rules('visit-portfolios', { at: body.occurredAt ?? now, territory }));
    const demands = await Promise.all((body.demands ?? []).map(async ({ title, description, location = null, category = null, urgency = 'normal', kind = null }) => {
      if (category !== null) await this.directory.require('category', category, 'category');
      return { caseId: newId(), ref: newId(), number: await this.nextNumber(), category, urgency, kind, texts: MaskedTexts.of({ title, description, location }, known) };
    }));
    const note = MaskedTexts.of({ note: body.note ?? null }, known).masked.note;
    const visitId = ctx.idempotencyKey === undefined ? newId() : visitIdOf(this.config, ctx.actor.id, ctx.idempotencyKey);
    const visit = {
      visitId, territory, firmId, householdId: household?.householdId ?? null, planId: body.planId ?? null, ...visitor, met: body.met ?? true,
    };
    const plan = body.planId === undefined ? undefined : plans.get(body.planId);
    if (body.planId !== undefined && !plan) throw refusedField('planId', say('no-such-plan'));
    const path = plan ? (await this.directory.territoryPaths())(territory).map(({ code }) => code) : [];
    const caseIds = demands.map(({ caseId }) => caseId);
    const requester = this.similar.requesterOf(contact.phone, ctx.actor);
    const found = { visitId, firmId, householdId: visit.householdId };

    const cases = ({ events: [first] }: Change<VisitState>, write: WriteRows): void => {
      const { occurredAt, recordedAt, correlationId, id: causationId, actor } = (first as EventEnvelope).metadata;
      for (const { caseId, ref, number, category, urgency, kind, texts } of demands) {
        const demand = { caseNo: caseNumber(occurredAt, number), ...texts.masked, channel: 'visit' as const, category, territory, requester: { kind: contact.kind, ref }, urgency, kind };
        const decision = decideOn(this.store, intakeStream, standingOf(intakeStream, caseId, [], initialFacts), ({ state }) => findCase(state, demand, found), { occurredAt, recordedAt, correlationId, causationId, actor });
        write(this.appendCases, decision.append);
        for (const { writer, item } of decision.rows) write(writer, item);
        if (decision.state) write(keepSimilarCases, { caseId, state: decision.state, requester });
        write(keepContacts, { ...contact, caseId, ref });
        for (const text of texts.changed(caseId, 1)) write(keepOriginals, text);
      }
    };
    return this.bus.execute({
      ctx: mayBeLate ? { ...ctx, mayImport: true } : ctx,
      streamId: visitStreamOf(visitId), isNew: ctx.idempotencyKey === undefined, status: 201, occurredAt: body.occurredAt, stream: visitStream,
      decide: ({ state, at }) => {
        if (mayBeLate) requireEnteredInTime(at, now, rules('visit-entry-days', { at, territory }));
        if (plan) requireInPlan(plan, visitor, path, at);
        return recordVisit(state, { ...visit, note, caseIds });
      },
      rows: (change, write) => {
        const { occurredAt: visitedAt } = (change.events[0] as EventEnvelope).metadata;
        write(keepVisits, { ...visit, visitedAt, note: body.note ?? null, visitedBy: ctx.actor.id, caseIds });
        if (household) write(keepHouseholds, household);
        cases(change, write);
      },
      covers: () => caseIds.map((streamId) => ({ streamId, version: 3 })),
      respond: ({ events: [first], version }): RecordedVisitView => ({
        visitId, version, householdId: visit.householdId ?? undefined,
        cases: demands.map(({ caseId, number }) => ({ caseId, caseNo: caseNumber((first as EventEnvelope).metadata.occurredAt, number) })),
      }),
    });
  }

  private async visited({ firmId, household, territory }: VisitBody, firms: ReadonlyMap<string, FirmRow>): Promise<Visited> {
    if ((firmId === undefined) === (household === undefined)) throw refusedField('firmId', say('firm-or-household'));
    if (household) return this.household(household, territory);
    const firm = firms.get(firmId ?? '');
    if (!firm?.active) throw refusedField('firmId', say('no-such-firm-now'));
    if (territory !== undefined && territory !== firm.building) throw refusedField('territory', say('firm-is-elsewhere', { territory: firm.building }));
    const contact = { kind: 'firm' as const, name: firm.name, phone: firm.phone, address: null };
    return { territory: firm.building, firmId: firm.firmId, household: null, contact, known: [contact, { name: firm.contactName, phone: null, address: null }] };
  }

  private async household(body: HouseholdBody, territory: string | undefined): Promise<Visited> {
    const { building = null, door, name = null, phone = null }: { building?: string | null; door: string; name?: string | null; phone?: string | null } = body;
    if (territory === undefined) throw refusedField('territory', say('household-needs-territory'));
    await this.directory.require('territory', territory, 'territory');
    const contact = { kind: 'resident' as const, name, phone, address: [building, door].filter((part) => part !== null).join(' ') };
    return { territory, firmId: null, household: { householdId: householdId(this.config, territory, building, door), territory, building, door }, contact, known: [contact] };
  }
}
