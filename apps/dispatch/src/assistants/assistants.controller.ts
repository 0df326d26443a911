import type { MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBody, CommandBus, DirectoryCopy, EnumField, IdParam, NumberParam, requireOwnDepartment, SQL, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DispatchedCaseView, dispatchedCase } from '../dispatch-case/dispatched-case.view.js';
import { dispatchStream } from '../dispatch-stream.js';
import { releaseGrounds } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { openLead, orderIn } from '../domain/orders.js';
import { readWorkOrder } from '../work-orders/work-order-rows.js';
import { toState, WorkOrderState } from '../work-orders/work-order.view.js';
import { AssistBody, assistIn } from './assist.body.js';
import { addAssistants, grantRelease, refuseRelease, releaseAssistant, requestRelease } from './assistants.decider.js';

export class ReleaseBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why', example: 'The tree was cut already.' })
  reason!: MaskedText;
}

export class RequestReleaseBody extends ReleaseBody {
  @EnumField(releaseGrounds, { description: 'not-competent 无此职责, not-needed 无须协办, other 其他', example: 'not-competent' })
  ground!: (typeof releaseGrounds)[number];
}

export class GrantReleaseBody extends CommandBody {
  @TextField({ max: 20_000, description: 'For the record', optional: true })
  reason?: MaskedText;
}

interface Deciding { readonly state: DispatchState; readonly facts: DispatchFacts; readonly at: string }

/** The lead's unit decides about its assistants, and a coordinator. While nobody leads, only the coordinator. */
const requireOwnCase = (ctx: CommandContext, state: DispatchState): void => requireOwnDepartment(ctx, openLead(state)?.department ?? '');

const numbered = ({ releases }: DispatchState, workOrderId: string, number: number): string => releases.filter((release) => release.workOrderId === workOrderId)[number - 1]?.releaseId ?? '';

@ApiTags('dispatch')
@Controller('api/v1')
export class AssistantsController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
  ) {}

  @Post('cases/:caseId/assistants')
  @ApiOperation({ summary: 'Add assistants to a case that is being handled', description: "By the lead's unit or a coordinator. Who assists already gets the terms that are named now: required or optional, a due time of its own." })
  @ApiCreatedResponse({ type: DispatchedCaseView })
  async add(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: AssistBody): Promise<CommandResult> {
    const { assist, terms } = await assistIn(body, this.directory);
    const command = { assist, terms, workOrderIds: assist.map(() => newId()) };
    return this.bus.execute({
      ctx, streamId: caseId, status: 201, occurredAt: body.occurredAt, stream: dispatchStream,
      decide: ({ state, facts, at }) => {
        requireOwnCase(ctx, state);
        return addAssistants(state, command, facts, at);
      },
      respond: ({ state, version }) => dispatchedCase(caseId, state, version),
    });
  }

  @Post('work-orders/:workOrderId/release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Release an assistant', description: "By the lead's unit or a coordinator." })
  @ApiOkResponse({ type: WorkOrderState })
  release(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: ReleaseBody): Promise<CommandResult> {
    return this.execute(ctx, workOrderId, body, 200, ({ state, facts }) => {
      requireOwnCase(ctx, state);
      return releaseAssistant(state, { workOrderId, reason: body.reason }, facts);
    });
  }

  @Post('work-orders/:workOrderId/release-requests')
  @ApiOperation({ summary: 'Ask to be released from assisting (退出协办)', description: "By the assistant. The lead's unit or a coordinator decides; until then it goes on assisting." })
  @ApiCreatedResponse({ type: WorkOrderState })
  request(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: RequestReleaseBody): Promise<CommandResult> {
    const command = { releaseId: newId(), workOrderId, ground: body.ground, reason: body.reason };
    return this.execute(ctx, workOrderId, body, 201, ({ state, facts }) => {
      requireOwnDepartment(ctx, orderIn(state, workOrderId).department);
      return requestRelease(state, command, facts);
    });
  }

  @Post('work-orders/:workOrderId/release-requests/:number/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Release an assistant that has asked for it', description: "By the lead's unit or a coordinator." })
  @ApiOkResponse({ type: WorkOrderState })
  approve(@IdParam('workOrderId') workOrderId: string, @NumberParam('number') number: number, @Command() ctx: CommandContext, @Body() body: GrantReleaseBody): Promise<CommandResult> {
    return this.execute(ctx, workOrderId, body, 200, ({ state, facts }) => {
      requireOwnCase(ctx, state);
      return grantRelease(state, { releaseId: numbered(state, workOrderId, number), reason: body.reason ?? null }, facts);
    });
  }

  @Post('work-orders/:workOrderId/release-requests/:number/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep an assistant that has asked to be released', description: "By the lead's unit or a coordinator." })
  @ApiOkResponse({ type: WorkOrderState })
  reject(@IdParam('workOrderId') workOrderId: string, @NumberParam('number') number: number, @Command() ctx: CommandContext, @Body() body: ReleaseBody): Promise<CommandResult> {
    return this.execute(ctx, workOrderId, body, 200, ({ state, facts }) => {
      requireOwnCase(ctx, state);
      return refuseRelease(state, { releaseId: numbered(state, workOrderId, number), reason: body.reason }, facts);
    });
  }

  private async execute(ctx: CommandContext, workOrderId: string, { occurredAt }: CommandBody, status: 200 | 201, decide: (input: Deciding) => DispatchEvent[]): Promise<CommandResult> {
    const { case_id: caseId } = await readWorkOrder(this.sql, workOrderId);
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt, status, stream: dispatchStream, decide,
      respond: ({ state, version }) => toState(caseId, orderIn(state, workOrderId), version),
    });
  }
}
