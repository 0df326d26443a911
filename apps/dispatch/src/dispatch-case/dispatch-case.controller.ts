import { workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import { CodeField, CodeListField, Command, CommandBody, CommandBus, DirectoryCopy, IdParam, maskText, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { dispatchStream } from '../dispatch-stream.js';
import { isOpen } from '../domain/dispatch-case.js';
import { dispatch } from './dispatch-case.decider.js';

export class DispatchBody extends CommandBody {
  @CodeField({ description: 'Department that leads (主办)', example: 'urban-management' })
  lead!: string;

  @CodeListField({ maxItems: 50, description: 'Departments that assist (协办)', optional: true, example: ['landscaping'] })
  assist?: string[];

  @TextField({ max: 20_000, description: 'For the departments', optional: true, example: 'The tree hides the lamp.' })
  note?: string;
}

export class DispatchedOrderView {
  @ApiProperty({ format: 'uuid', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21' })
  workOrderId!: string;

  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ enum: workOrderRoles, example: 'lead' })
  role!: WorkOrderRole;

  @ApiProperty({ enum: workOrderStatuses, example: 'dispatched' })
  status!: WorkOrderStatus;
}

export class DispatchedCaseView {
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: '1 for the first handling, one more after each rework' })
  round!: number;

  @ApiProperty({ type: [DispatchedOrderView], description: 'The open work orders, the lead first' })
  workOrders!: DispatchedOrderView[];

  @ApiProperty({ type: 'integer', minimum: 1, example: 3, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

@ApiTags('dispatch')
@Controller('api/v1/cases')
export class DispatchCaseController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
  ) {}

  @Post(':caseId/dispatch')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Send the case to a lead and any assistants (派单)',
    description: 'Once it is accepted; again after the lead returned it. Assistants who stay on the list keep their open orders.',
  })
  @ApiCreatedResponse({ type: DispatchedCaseView })
  async dispatch(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: DispatchBody): Promise<CommandResult> {
    const assist = body.assist ?? [];
    await this.directory.require('department', body.lead, 'lead');
    for (const code of assist) await this.directory.require('department', code, 'assist');
    const command = {
      lead: body.lead, assist, note: body.note == null ? null : maskText(body.note), workOrderIds: [body.lead, ...assist].map(() => newId()),
    };
    return this.bus.execute({
      ctx,
      streamId: caseId,
      status: 201,
      occurredAt: body.occurredAt,
      stream: dispatchStream,
      decide: ({ state, facts }) => dispatch(state, command, facts),
      respond: ({ state, version }): DispatchedCaseView => ({
        caseId,
        round: state.round,
        workOrders: state.workOrders
          .filter(isOpen)
          .sort((a, b) => Number(a.role === 'assist') - Number(b.role === 'assist'))
          .map(({ workOrderId, department, role, status }) => ({ workOrderId, department, role, status })),
        version,
      }),
    });
  }
}
