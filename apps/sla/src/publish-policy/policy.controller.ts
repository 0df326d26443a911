import { DomainError, refusedField, refusedFields } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { ConflictError } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { Command, CommandBus, DirectoryCopy, EVENT_STORE, SQL } from '@lianban/service-kit';
import type { CommandContext, CommandResult, Aggregate } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { toMillis } from '@lianban/working-time';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { PipeTransform } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Policy } from '../domain/policies.js';
import { publishPolicy } from './publish-policy.decider.js';
import type { PolicyEvent } from './publish-policy.decider.js';
import { tiersAbove } from '../rules/territories.js';
import { lockRules } from '../rules/rule-revision.js';
import { addPolicy, loadPolicies, loadRowsOf } from '../rules/rule-rows.js';
import { PolicyHistoryView, PolicyView, toPolicyView } from '../show-rules/rule.views.js';
import { isRuleId, NewPolicyBody, toPolicy } from './policy.body.js';

const idPipe: PipeTransform<string, string> = {
  transform(text) {
    if (isRuleId(text)) return text;
    throw refusedField('id', say('must-be-rule-name'));
  },
};

/** Decisions are made on the rows, the shipped ones included. The stream only keeps who published which row. */
const policyStream: Aggregate<null> = { initialState: null, evolve: () => null };

@ApiTags('sla')
@Controller('api/v1/sla/policies')
export class PolicyController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Publish a dated row of the limits',
    description: 'A new rule, or a row that supersedes an older one from its day on. Refused when it would edit a published row, lies in the past, asks for what its clock can not have or what is not in the directory, or leaves a level without a limit on any later day.',
  })
  @ApiCreatedResponse({ type: PolicyView })
  async publish(@Command() ctx: CommandContext, @Body() { id, ...body }: NewPolicyBody): Promise<CommandResult> {
    const row = toPolicy(id, body);
    await requireKnown(this.directory, row);
    let known = await loadPolicies(this.sql);
    return this.bus.execute({
      ctx,
      status: 201,
      streamId: `policy/${id}`,
      stream: policyStream,
      decide: ({ at }) => publishPolicy(known, row, at),
      alongside: async (tx, { events, version }) => {
        await lockRules(tx);
        const seen = known.length;
        known = await loadPolicies(tx);
        // Another rule was published since the decision. This row might now leave a case without a limit, so decide again.
        if (known.length !== seen) throw new ConflictError(`policy/${id}`, version - events.length);
        for (const event of events as EventEnvelope<PolicyEvent>[]) await addPolicy(tx, event);
      },
      respond: () => toPolicyView(row),
    });
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'Every row of a rule, with who published it and when' })
  @ApiParam({ name: 'id', example: 'lead-general' })
  @ApiOkResponse({ type: PolicyHistoryView })
  async history(@Param('id', idPipe) id: string): Promise<PolicyHistoryView> {
    const rows = await loadRowsOf(this.sql, id);
    if (rows.length === 0) throw new DomainError('not-found', say('no-such-rule', { id }));
    const events = (await this.store.read(`policy/${id}`)) as readonly EventEnvelope<PolicyEvent>[];
    const published = new Map(events.map(({ data, metadata }) => [toMillis(data.effectiveFrom), metadata]));
    return {
      items: rows.map((row) => {
        const by = published.get(toMillis(row.effectiveFrom));
        return { ...toPolicyView(row), publishedAt: by?.occurredAt, publishedBy: by?.actor.id };
      }),
    };
  }
}

/**
 * Checks what a row names: territory, unit, category (or a group of them), and a tier to which its cases can be raised.
 * @throws DomainError `unknown-reference` or `validation-failed` naming the field under `at`, e.g. `policies.0.`
 */
export const requireKnown = async (directory: Pick<DirectoryCopy, 'require' | 'categories' | 'territories'>, { unit, territory, category, supervision }: Policy, at = ''): Promise<void> => {
  if (unit !== null) await directory.require('department', unit, `${at}unit`);
  if (territory !== null) await directory.require('territory', territory, `${at}territory`);
  if (category !== null) await requireCategory(directory, category, `${at}category`);
  if (supervision.every(({ toTier }) => toTier === null)) return;
  const tiers = tiersAbove(await directory.territories(), territory);
  const unreachable = supervision.flatMap(({ toTier }, index) => (toTier === null || tiers.has(toTier) ? [] : [{ field: `${at}supervision.${index}.toTier`, reason: territory === null ? say('no-tier-in-district', { tier: toTier }) : say('no-tier-in-territory', { territory, tier: toTier }) }]));
  if (unreachable.length > 0) throw refusedFields(unreachable);
};

/** A group of categories has no entry of its own. It exists if a category lies in it. */
const requireCategory = async (directory: Pick<DirectoryCopy, 'require' | 'categories'>, category: string, field: string): Promise<void> => {
  const inGroup = (await directory.categories()).some(({ code, active }) => active && code.startsWith(`${category}/`));
  if (!inGroup) await directory.require('category', category, field);
};
