import type { MaskedText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { CodeField, Command, CommandBody, CommandBus, DirectoryCopy, IdParam, NumberParam, requireOwnDepartment, SQL, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { transferStatuses } from '../domain/case-orders.js';
import type { DispatchEvent, DispatchState, Transfer } from '../domain/case-orders.js';
import { disputeRulesOf } from '../domain/dispute.js';
import type { DisputeRules } from '../domain/dispute.js';
import type { DispatchFacts } from '../domain/facts.js';
import { readWorkOrder } from '../work-orders/work-order-rows.js';
import { agreeTransfer, declineTransfer, requestTransfer, transferOf } from './transfer.decider.js';

export class TransferRequestBody extends CommandBody {
  @CodeField({ description: 'The unit that is asked to lead', example: 'landscaping' })
  to!: string;

  @TextField({ max: 20_000, description: 'Why', example: 'The lamp is in order, the tree hides it.' })
  reason!: MaskedText;
}

export class AgreeTransferBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Note', optional: true })
  note?: MaskedText;
}

export class DeclineTransferBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why', example: 'The tree belongs to the estate.' })
  reason!: MaskedText;
}

export class TransferView {
  @ApiProperty({ format: 'uuid', example: '6a0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c61' }) transferId!: string;
  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'Under which it is agreed or declined' }) number!: number;
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' }) caseId!: string;
  @ApiProperty({ format: 'uuid', description: 'Order of the unit that asked', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21' }) workOrderId!: string;
  @ApiProperty({ example: 'urban-management' }) from!: string;
  @ApiProperty({ example: 'landscaping' }) to!: string;
  @ApiProperty({ enum: transferStatuses, example: 'requested' }) status!: Transfer['status'];
  @ApiProperty({ type: 'integer', minimum: 1, description: "Version of dispatch's part; the ETag says the same" }) version!: number;
}

interface Deciding { readonly state: DispatchState; readonly facts: DispatchFacts; readonly rules: DisputeRules }

const ofOrder = ({ transfers }: DispatchState, workOrderId: string): readonly Transfer[] => transfers.filter((transfer) => transfer.workOrderId === workOrderId);
const numbered = (state: DispatchState, workOrderId: string, number: number): Transfer => transferOf(state, ofOrder(state, workOrderId)[number - 1]?.transferId ?? '');

@ApiTags('dispatch')
@Controller('api/v1/work-orders/:workOrderId/transfer-requests')
export class TransferController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'rules'>,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Ask another unit to lead the case from now on (协商移交)',
    description: 'By the lead, unless a ruling names it. The transfer with the number of the rule `transfers-until-ruling` is refused: the coordinator rules.',
  })
  @ApiCreatedResponse({ type: TransferView })
  async request(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: TransferRequestBody): Promise<CommandResult> {
    const { case_id, department } = await readWorkOrder(this.sql, workOrderId);
    requireOwnDepartment(ctx, department);
    await this.directory.require('department', body.to, 'to');
    const command = { transferId: newId(), workOrderId, to: body.to, reason: body.reason };
    return this.execute(ctx, case_id, body, 201, ({ state, facts, rules }) => requestTransfer(state, command, facts, rules), (state) => ofOrder(state, workOrderId).at(-1));
  }

  @Post(':number/agree')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take the lead', description: 'By the unit that was asked. The order of the lead so far is cancelled as transferred, and the new lead gets one of the same round. The clock of the lead goes on.' })
  @ApiOkResponse({ type: TransferView })
  async agree(@IdParam('workOrderId') workOrderId: string, @NumberParam('number') number: number, @Command() ctx: CommandContext, @Body() body: AgreeTransferBody): Promise<CommandResult> {
    const { case_id } = await readWorkOrder(this.sql, workOrderId);
    const newOrderId = newId();
    return this.execute(ctx, case_id, body, 200, ({ state, facts, rules }) => {
      const { transferId, to } = numbered(state, workOrderId, number);
      requireOwnDepartment(ctx, to);
      return agreeTransfer(state, { transferId, note: body.note ?? null, newOrderId }, facts, rules);
    }, (state) => numbered(state, workOrderId, number));
  }

  @Post(':number/decline')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decline to lead, or take the question back', description: 'By the unit that was asked, or by the one that asked.' })
  @ApiOkResponse({ type: TransferView })
  async decline(@IdParam('workOrderId') workOrderId: string, @NumberParam('number') number: number, @Command() ctx: CommandContext, @Body() body: DeclineTransferBody): Promise<CommandResult> {
    const { case_id } = await readWorkOrder(this.sql, workOrderId);
    return this.execute(ctx, case_id, body, 200, ({ state, facts }) => {
      const { transferId, from, to } = numbered(state, workOrderId, number);
      requireOwnDepartment(ctx, ctx.actor.department === from ? from : to);
      return declineTransfer(state, { transferId, reason: body.reason }, facts);
    }, (state) => numbered(state, workOrderId, number));
  }

  private async execute(
    ctx: CommandContext, caseId: string, { occurredAt }: CommandBody, status: 200 | 201, decide: (input: Deciding) => DispatchEvent[], told: (state: DispatchState) => Transfer | undefined,
  ): Promise<CommandResult> {
    const rules = await this.directory.rules();
    return this.bus.execute({
      ctx, streamId: caseId, occurredAt, status, stream: dispatchStream,
      decide: ({ state, facts, at }) => decide({ state, facts, rules: disputeRulesOf(rules, facts, at) }),
      respond: ({ state, version }): TransferView => {
        const transfer = told(state);
        if (!transfer) throw new TypeError('a transfer was asked for and is not there');
        const { transferId, workOrderId, from, to, status: standing } = transfer;
        return { transferId, number: 1 + ofOrder(state, workOrderId).indexOf(transfer), caseId, workOrderId, from, to, status: standing, version };
      },
    });
  }
}
