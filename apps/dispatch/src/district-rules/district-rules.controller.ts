import { DomainError, isRuleName, ruleNames, rulesInForce } from '@lianban/contracts';
import type { EventEnvelope, RuleName } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CodeParam, Command, CommandBus, DirectoryCopy, EVENT_STORE, isText, pageOfSorted } from '@lianban/service-kit';
import type { Aggregate, CommandContext, CommandResult } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RulePage, RulesQuery, ruleView, RuleView, SetRuleBody } from './district-rules.views.js';
import { evolveRule, setRule } from './set-rule.decider.js';
import type { RuleEvent, RuleRows } from './set-rule.decider.js';

const ruleStream: Aggregate<RuleRows> = { initialState: [], evolve: (rows, event) => evolveRule(rows, event as EventEnvelope<RuleEvent>) };
const streamOf = (name: RuleName): string => `rule/${name}`;

@ApiTags('dispatch')
@Controller('api/v1/rules')
export class DistrictRulesController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'territoryPaths'>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The rules of the district: what each means, the value in force, and every row with who set it and why' })
  @ApiOkResponse({ type: RulePage })
  async list(@Query() query: RulesQuery): Promise<RulePage> {
    const [histories, pathOf] = await Promise.all([this.store.readMany(ruleNames.map(streamOf)), this.directory.territoryPaths()]);
    const at = query.at ?? new Date().toISOString();
    return pageOfSorted(query, ruleNames, [isText], (name) => [name], (name) => {
      const rows = foldEvents(ruleStream, histories.get(streamOf(name)) ?? []);
      return ruleView(name, rows, rulesInForce(rows, pathOf), at, query.territory);
    });
  }

  @Post(':name')
  @ApiOperation({
    summary: 'Set a rule of the district, from a day on',
    description: 'For the district or for a territory and what is below it. A row is never edited: another one from a later day on supersedes it, and one for the same day replaces it while that day has not come. '
      + 'What was decided stands. Every service knows it a moment later.',
  })
  @ApiParam({ name: 'name', enum: ruleNames, example: 'returns-until-ruling' })
  @ApiCreatedResponse({ type: RuleView })
  async set(@CodeParam('name') name: string, @Command() ctx: CommandContext, @Body() body: SetRuleBody): Promise<CommandResult> {
    if (!isRuleName(name)) throw new DomainError('not-found', say('no-such-district-rule', { name, known: ruleNames }));
    if (body.territory != null) await this.directory.require('territory', body.territory, 'territory');
    const command = { name, value: body.value, territory: body.territory ?? null, effectiveFrom: body.effectiveFrom ?? null, why: body.why };
    const pathOf = await this.directory.territoryPaths();
    let now = '';
    return this.bus.execute({
      ctx, streamId: streamOf(name), status: 201, stream: ruleStream,
      decide: ({ state, at }) => setRule(state, command, now = at),
      respond: ({ state }) => ruleView(name, state, rulesInForce(state, pathOf), now, command.territory ?? undefined),
    });
  }
}
