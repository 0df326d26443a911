import { holdReasons } from '@lianban/contracts';
import type { HoldReason, MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBody, CommandBus, DayOrInstantField, EnumField, IdParam, SQL, startOf, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { hold, resume } from './hold.decider.js';
import { readWorkOrder } from '../work-orders/work-order-rows.js';

export class HoldBody extends CommandBody {
  @EnumField(holdReasons, { description: 'Why the clocks stand still (挂账)', example: 'waiting-for-others' })
  reason!: HoldReason;

  @DayOrInstantField({ description: 'When somebody looks at it again: a day, which begins in China, or an instant. The case wakes then by itself. Within 366 days', example: '2026-12-01' })
  reviewOn!: string;

  @TextField({ max: 20_000, description: 'For the record', optional: true, example: 'The lamp has to be ordered.' })
  note?: MaskedText;
}

export class ResumeBody extends CommandBody {
  @TextField({ max: 20_000, description: 'For the record', optional: true, example: 'The lamp has come.' })
  note?: MaskedText;
}

export class HoldStateView {
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ example: true })
  held!: boolean;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Review of the hold; absent when there is none' })
  reviewAt?: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 5, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class HoldController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Post(':workOrderId/hold')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put the case of a work order on hold (挂账)', description: 'While it is being handled and not overdue, all its orders. The clocks of handling stand still; first contact and call-back go on. Who calls approves it.' })
  @ApiOkResponse({ type: HoldStateView })
  hold(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: HoldBody): Promise<CommandResult> {
    const command = { holdId: newId(), reason: body.reason, note: body.note ?? null, reviewAt: startOf(body.reviewOn) };
    return this.execute(ctx, workOrderId, body, ({ state, facts, at }) => hold(state, command, facts, at));
  }

  @Post(':workOrderId/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the hold before its review' })
  @ApiBody({ type: ResumeBody, required: false })
  @ApiOkResponse({ type: HoldStateView })
  resume(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: ResumeBody): Promise<CommandResult> {
    return this.execute(ctx, workOrderId, body, ({ state, facts, at }) => resume(state, { note: body.note ?? null }, facts, at));
  }

  private async execute(
    ctx: CommandContext, workOrderId: string, { occurredAt }: CommandBody, decide: (input: { state: DispatchState; facts: DispatchFacts; at: string }) => DispatchEvent[],
  ): Promise<CommandResult> {
    const { case_id: caseId } = await readWorkOrder(this.sql, workOrderId);
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt, stream: dispatchStream, decide,
      respond: ({ state, version }): HoldStateView => ({ caseId, held: state.hold !== null, reviewAt: state.hold?.reviewAt, version }),
    });
  }
}
