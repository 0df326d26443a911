import type { MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBody, CommandBus, departmentInReach, DirectoryCopy, IdParam, InstantField, isSamePerson, NumberField, NumberParam, requireOwnDepartment, SQL, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { calendarBookWith } from '@lianban/working-time';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import type { DispatchEvent, DispatchState, Extension } from '../domain/case-orders.js';
import { grantExtension, numbered, refuseExtension, requestExtension, requestOf } from './extension.decider.js';
import type { Calendars, Decider } from './extension.decider.js';
import type { DispatchFacts } from '../domain/facts.js';
import { clockOf } from '../domain/told-clocks.js';
import { readWorkOrder } from '../work-orders/work-order-rows.js';

export class RequestExtensionBody extends CommandBody {
  @NumberField({ min: 0.001, max: 10_000, example: 2, description: 'Instead of `until`, of a deadline that counts working time; halves and the like are exact', optional: true })
  workingDays?: number;

  @InstantField({ description: 'The new deadline; where working time counts, the working time from the old one up to it is added. A policy that runs deadlines to the close of a day wants whole days', optional: true })
  until?: string;

  @TextField({ max: 20_000, description: 'Why', example: 'The part comes on Monday.' })
  reason!: MaskedText;
}

export class ApproveExtensionBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why, which the requester is told; absent: what the unit asked it for', optional: true, example: 'The part comes on Monday.' })
  reason?: MaskedText;
}

export class RejectExtensionBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why', example: 'The part is in the store.' })
  reason!: MaskedText;
}

export class ExtensionView {
  @ApiProperty({ format: 'uuid' })
  extensionId!: string;

  @ApiProperty({ format: 'uuid' })
  caseId!: string;

  @ApiProperty({ format: 'uuid' })
  workOrderId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Which request of its work order it is; it is decided under this number' })
  number!: number;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Which extension of its round it would be: from the second on the coordinator decides' })
  ordinal!: number;

  @ApiProperty({ enum: ['requested', 'granted', 'refused'] })
  status!: Extension['status'];

  @ApiProperty({ type: 'integer', minimum: 1, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

const deciderOf = (caller: CommandContext): Decider => ({ role: caller.actor.role, department: departmentInReach(caller), is: (actorId) => isSamePerson(caller, actorId) });

@ApiTags('dispatch')
@Controller('api/v1/work-orders/:workOrderId/extension-requests')
export class ExtensionController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'calendars'>,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Ask for a later deadline (延期)', description: 'By its own department, before the deadline passes, within what the policy allows.' })
  @ApiCreatedResponse({ type: ExtensionView })
  async request(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: RequestExtensionBody): Promise<CommandResult> {
    const row = await readWorkOrder(this.sql, workOrderId);
    requireOwnDepartment(ctx, row.department);
    const command = { extensionId: newId(), workOrderId, workingDays: body.workingDays ?? null, until: body.until ?? null, reason: body.reason };
    const calendars = await this.calendars();
    return this.execute(ctx, row.case_id, () => command.extensionId, body, 201, ({ state, facts, at }) =>
      requestExtension(state, command, facts, at, clockOf(facts, state, workOrderId), calendars));
  }

  @Post(':number/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve an extension', description: "The first of a round by the department's head, later ones by the coordinator; before the old deadline passes, and never by the person who asked." })
  @ApiOkResponse({ type: ExtensionView })
  async approve(@IdParam('workOrderId') workOrderId: string, @NumberParam('number') number: number, @Command() ctx: CommandContext, @Body() body: ApproveExtensionBody): Promise<CommandResult> {
    const reason = body.reason ?? null;
    const { case_id } = await readWorkOrder(this.sql, workOrderId);
    const calendars = await this.calendars();
    return this.execute(ctx, case_id, (state) => numbered(state, workOrderId, number).extensionId, body, 200, ({ state, facts, at }) =>
      grantExtension(state, { extensionId: numbered(state, workOrderId, number).extensionId, reason }, facts, at, clockOf(facts, state, workOrderId), calendars, deciderOf(ctx)));
  }

  @Post(':number/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Reject an extension; the deadline stands' })
  @ApiOkResponse({ type: ExtensionView })
  async reject(@IdParam('workOrderId') workOrderId: string, @NumberParam('number') number: number, @Command() ctx: CommandContext, @Body() body: RejectExtensionBody): Promise<CommandResult> {
    const reason = body.reason;
    const { case_id } = await readWorkOrder(this.sql, workOrderId);
    return this.execute(ctx, case_id, (state) => numbered(state, workOrderId, number).extensionId, body, 200, ({ state, facts }) =>
      refuseExtension(state, { extensionId: numbered(state, workOrderId, number).extensionId, reason }, facts, deciderOf(ctx)));
  }

  private async calendars(): Promise<Calendars> {
    const book = calendarBookWith(await this.directory.calendars());
    return (department) => book.for(department);
  }

  private execute(
    ctx: CommandContext, caseId: string, extensionIdIn: (state: DispatchState) => string, { occurredAt }: CommandBody, status: 200 | 201,
    decide: (input: { state: DispatchState; facts: DispatchFacts; at: string }) => DispatchEvent[],
  ): Promise<CommandResult> {
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt, status, stream: dispatchStream, decide,
      respond: ({ state, version }): ExtensionView => {
        const { extensionId, workOrderId, ordinal, status: standing } = requestOf(state, extensionIdIn(state));
        const number = 1 + state.extensions.filter((other) => other.workOrderId === workOrderId).findIndex((other) => other.extensionId === extensionId);
        return { extensionId, number, caseId, workOrderId, ordinal, status: standing, version };
      },
    });
  }
}
