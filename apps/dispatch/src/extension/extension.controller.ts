import { DomainError } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBody, CommandBus, EnumField, IdParam, maskText, requireOwnDepartment, Roles, SQL, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { timeUnits } from '@lianban/working-time';
import type { TimeUnit } from '@lianban/working-time';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNumber, Max, Min } from 'class-validator';
import { asDispatchEvents, dispatchFold } from '../dispatch-fold.js';
import type { DispatchEvent, DispatchState, Extension } from '../domain/dispatch-case.js';
import { grantExtension, refuseExtension, requestExtension } from '../domain/extension.js';
import { clockOf, initialFacts } from '../domain/facts.js';
import type { DispatchFacts } from '../domain/facts.js';
import { projectWorkOrders } from '../work-orders/project-work-orders.js';
import { findWorkOrder } from '../work-orders/work-order-rows.js';

export class RequestExtensionBody extends CommandBody {
  @ApiProperty({ type: Number, minimum: 0.001, maximum: 10_000, example: 2 })
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0.001)
  @Max(10_000)
  amount!: number;

  @EnumField(timeUnits, { description: 'Of the kind of time the deadline counts in', example: 'days' })
  unit!: TimeUnit;

  @TextField({ max: 20_000, description: 'Why', example: 'The part comes on Monday.' })
  reason!: string;
}

export class DecideExtensionBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why; when granted, what the requester is told', example: 'The part comes on Monday.' })
  reason!: string;
}

export class ExtensionView {
  @ApiProperty({ format: 'uuid' })
  extensionId!: string;

  @ApiProperty({ format: 'uuid' })
  caseId!: string;

  @ApiProperty({ format: 'uuid' })
  workOrderId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'From the second on the coordinator decides' })
  ordinal!: number;

  @ApiProperty({ enum: ['requested', 'granted', 'refused'] })
  status!: Extension['status'];

  @ApiProperty({ type: 'integer', minimum: 1, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

@ApiTags('dispatch')
@Controller('api/v1')
export class ExtensionController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Post('work-orders/:workOrderId/extensions')
  @HttpCode(201)
  @Roles('operator', 'head')
  @ApiOperation({ summary: 'Ask for a later deadline (延期)', description: 'By its own department, before the deadline passes, within what the policy allows.' })
  @ApiCreatedResponse({ type: ExtensionView })
  async request(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: RequestExtensionBody): Promise<CommandResult> {
    const row = await findWorkOrder(this.sql, workOrderId);
    if (!row) throw new DomainError('not-found', 'There is no such work order');
    requireOwnDepartment(ctx.actor, row.department);
    const command = { extensionId: newId(), workOrderId, amount: body.amount, unit: body.unit, reason: maskText(body.reason) };
    return this.execute(ctx, row.case_id, command.extensionId, body, 201, ({ state, facts, at }) => requestExtension(state, command, facts, at, clockOf(facts, state, workOrderId)));
  }

  @Post('extensions/:extensionId/grant')
  @HttpCode(200)
  @Roles('head', 'coordinator')
  @ApiOperation({ summary: 'Grant an extension', description: "The first of an order by its department's head, later ones by the coordinator; before the old deadline passes." })
  @ApiOkResponse({ type: ExtensionView })
  async grant(@IdParam('extensionId') extensionId: string, @Command() ctx: CommandContext, @Body() body: DecideExtensionBody): Promise<CommandResult> {
    const command = { extensionId, reason: maskText(body.reason) };
    return this.execute(ctx, await this.caseOf(extensionId), extensionId, body, 200, ({ state, facts, at }) => {
      const workOrderId = state.extensions.find((extension) => extension.extensionId === extensionId)?.workOrderId ?? '';
      return grantExtension(state, command, facts, at, clockOf(facts, state, workOrderId), ctx.actor);
    });
  }

  @Post('extensions/:extensionId/refuse')
  @HttpCode(200)
  @Roles('head', 'coordinator')
  @ApiOperation({ summary: 'Refuse an extension; the deadline stands' })
  @ApiOkResponse({ type: ExtensionView })
  async refuse(@IdParam('extensionId') extensionId: string, @Command() ctx: CommandContext, @Body() body: DecideExtensionBody): Promise<CommandResult> {
    const command = { extensionId, reason: maskText(body.reason) };
    return this.execute(ctx, await this.caseOf(extensionId), extensionId, body, 200, ({ state, facts }) => refuseExtension(state, command, facts, ctx.actor));
  }

  private async caseOf(extensionId: string): Promise<string> {
    const { rows } = await this.sql.query<{ case_id: string }>('SELECT case_id FROM extension WHERE extension_id = $1', [extensionId]);
    if (!rows[0]) throw new DomainError('not-found', 'There is no such request for an extension');
    return rows[0].case_id;
  }

  private execute(
    ctx: CommandContext, caseId: string, extensionId: string, { occurredAt }: CommandBody, status: 200 | 201,
    decide: (input: { state: DispatchState; facts: DispatchFacts; at: string }) => DispatchEvent[],
  ): Promise<CommandResult> {
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt, status, fold: dispatchFold, initialFacts, decide,
      alongside: (tx, { events, facts }) => projectWorkOrders(tx, [{ events: asDispatchEvents(events), demand: facts.demand }]),
      respond: ({ state, version }): ExtensionView => {
        const extension = state.extensions.find((candidate) => candidate.extensionId === extensionId);
        if (!extension) throw new DomainError('not-found', 'There is no such request for an extension');
        return { extensionId, caseId, workOrderId: extension.workOrderId, ordinal: extension.ordinal, status: extension.status, version };
      },
    });
  }
}
