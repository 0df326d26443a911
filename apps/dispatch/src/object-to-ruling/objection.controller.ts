import type { MaskedText } from '@lianban/contracts';
import type { EventStore } from '@lianban/event-store';
import { BooleanField, Command, CommandBody, CommandBus, DirectoryCopy, EVENT_STORE, IdParam, isSamePerson, requireOwnDepartment, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { calendarBookWith } from '@lianban/working-time';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { objectionStatuses } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { dropPrecedent } from '../responsibility-list/precedents.js';
import { decideObjection, object, rulingToObjectTo } from './objection.decider.js';

export class ObjectionBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why', example: 'The contract for the façade ended in March.' })
  reason!: MaskedText;
}

export class ObjectionDecisionBody extends ObjectionBody {
  @BooleanField({ description: 'true: the ruling binds no longer, and another one is due', example: true })
  upheld!: boolean;
}

export class ObjectionView {
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ format: 'uuid', example: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c41' })
  rulingId!: string;

  @ApiProperty({ example: 'housing', description: 'The department that the ruling names' })
  department!: string;

  @ApiProperty({ enum: objectionStatuses, example: 'waiting' })
  status!: (typeof objectionStatuses)[number];

  @ApiProperty({ type: 'integer', minimum: 1, example: 7, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

@ApiTags('dispatch')
@Controller('api/v1/cases/:caseId/ruling/objection')
export class ObjectionController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'calendars' | 'rules'>,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Object to a ruling (裁定异议)', description: 'By the department that the ruling names, once, within so many working days of it as the rule `objection-window-days` says. The ruling binds until somebody else has decided.' })
  @ApiCreatedResponse({ type: ObjectionView })
  async object(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: ObjectionBody): Promise<CommandResult> {
    const calendars = calendarBookWith(await this.directory.calendars());
    const rules = await this.directory.rules();
    return this.execute(caseId, ctx, body, ({ state, facts, at }) => {
      const { lead, at: ruledAt } = rulingToObjectTo(state, facts);
      requireOwnDepartment(ctx, lead);
      return object(state, body.reason, facts, at, calendars.for(lead), rules('objection-window-days', { at: ruledAt, territory: facts.demand?.territory }));
    });
  }

  @Post('decide')
  @ApiOperation({ summary: 'Decide an objection to a ruling', description: 'By another person than who ruled. Upheld: the department may return the case again, and a new ruling is due.' })
  @ApiCreatedResponse({ type: ObjectionView })
  async decide(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: ObjectionDecisionBody): Promise<CommandResult> {
    return this.execute(caseId, ctx, body, ({ state, facts }) =>
      decideObjection(state, { upheld: body.upheld, reason: body.reason }, facts, (actorId) => isSamePerson(ctx, actorId)));
  }

  private execute(caseId: string, ctx: CommandContext, { occurredAt }: CommandBody, decide: (input: { state: DispatchState; facts: DispatchFacts; at: string }) => DispatchEvent[]): Promise<CommandResult> {
    return this.bus.execute({
      ctx, streamId: caseId, status: 201, occurredAt, stream: dispatchStream, decide,
      alongside: async (tx, { events: [decided] }) => {
        if (decided?.type !== 'lianban.objection.decided.v1' || !decided.data.upheld) return;
        await dropPrecedent(this.store, tx, decided.data.rulingId, decided, decided.data.reason);
      },
      respond: ({ state, version }): ObjectionView => {
        const { ruling } = state;
        if (!ruling?.objection) throw new TypeError('an objection was taken and is not there');
        return { caseId, rulingId: ruling.rulingId, department: ruling.lead, status: ruling.objection.status, version };
      },
    });
  }
}
