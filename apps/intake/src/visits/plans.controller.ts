import { DomainError } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBus, DirectoryCopy, IdParam, isDay, isId, readPage, SQL, startOf, Versioned } from '@lianban/service-kit';
import type { Aggregate, Change, CommandContext, CommandResult, Sorting } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { evolvePlan } from '../domain/visit-plan.js';
import type { Plan, PlanEvent, PlanState } from '../domain/visit-plan.js';
import { endPlan, makePlan } from './plan.decider.js';
import { findPlans, keepPlan, listPlans } from './plan-rows.js';
import type { PlanRow } from './plan-rows.js';
import { EndPlanBody, MakePlanBody, PlanPage, PlansQuery, PlanView, toPlanView } from './plan.views.js';

const planStream: Aggregate<PlanState> = { initialState: null, evolve: (state, event) => evolvePlan(state, event as EventEnvelope<PlanEvent>) };
const byFirstDay: Sorting<PlanRow, readonly [string, string]> = { key: ({ from, planId }) => [from, planId], checks: [isDay, isId] };
const keep = (tx: Tx, { state, version }: Change<PlanState>): Promise<void> => keepPlan(tx, state as Plan, version);

@ApiTags('intake')
@Controller('api/v1/visit-plans')
export class PlansController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'territory' | 'rule'>,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a plan of visits (走访计划)', description: 'For a building, a park or a grid: which posts visit, and how often. Visits that name it (`planId`) count for it.' })
  @ApiCreatedResponse({ type: PlanView })
  async make(@Command() ctx: CommandContext, @Body() { title, territory, from, to, posts: planned, occurredAt }: MakePlanBody): Promise<CommandResult> {
    await this.directory.require('territory', territory, 'territory');
    const [planId, kind] = [newId(), (await this.directory.territory(territory))?.kind ?? 'district'];
    const portfolios = await this.directory.rule('visit-portfolios', { at: startOf(from), territory });
    const posts = planned.map(({ post, portfolio = null as string | null, quota }) => ({ post, portfolio, quota }));
    return this.bus.execute({
      ctx, streamId: `visit-plan/${planId}`, isNew: true, status: 201, occurredAt, stream: planStream,
      decide: ({ state }) => makePlan(state, { planId, title, territory, from, to, posts }, kind, portfolios),
      alongside: keep,
      respond: ({ version }) => toPlanView({ planId, title, territory, from, to, version, endedAt: null, posts: posts.map((post) => ({ ...post, done: 0 })) }),
    });
  }

  @Post(':planId/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a plan before its last day', description: 'Visits from before still count for it, also when they are entered later.' })
  @ApiOkResponse({ type: PlanView })
  async end(@IdParam('planId') planId: string, @Command() ctx: CommandContext, @Body() { reason, occurredAt }: EndPlanBody): Promise<CommandResult> {
    const row = await this.find(planId);
    return this.bus.execute({
      ctx, streamId: `visit-plan/${planId}`, occurredAt, stream: planStream,
      decide: ({ state }) => endPlan(state, reason),
      alongside: keep,
      respond: ({ state, version }) => toPlanView({ ...row, version, endedAt: state?.endedAt ?? null }),
    });
  }

  @Get()
  @ApiOperation({ summary: 'Plans of visits with what is done, the latest first' })
  @ApiOkResponse({ type: PlanPage })
  async list(@Query() query: PlansQuery): Promise<PlanPage> {
    return readPage(query, byFirstDay, (after, limit) => listPlans(this.sql, { territory: query.territory ?? null, day: query.on ?? null }, after, limit), toPlanView);
  }

  @Get(':planId')
  @ApiOperation({ summary: 'One plan with what is done' })
  @ApiOkResponse({ type: PlanView })
  async show(@IdParam('planId') planId: string): Promise<Versioned> {
    const row = await this.find(planId);
    return new Versioned(toPlanView(row), this.bus.etag(row.version));
  }

  private async find(planId: string): Promise<PlanRow> {
    const row = (await findPlans(this.sql, [planId])).get(planId);
    if (!row) throw new DomainError('not-found', say('no-plan-of-this-id'));
    return row;
  }
}
