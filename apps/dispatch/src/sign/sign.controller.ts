import type { MaskedText } from '@lianban/contracts';
import { Command, CommandBody, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { sign } from './sign.decider.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { WorkOrderState } from '../work-orders/work-order.view.js';

export class SignBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Note', optional: true, example: 'The lighting team takes it.' })
  note?: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class SignController {
  constructor(@Inject(WorkOrderCommands) private readonly commands: WorkOrderCommands) {}

  @Post(':workOrderId/sign')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take the work order (签收)', description: 'By its own department. A second time changes nothing.' })
  @ApiBody({ type: SignBody, required: false })
  @ApiOkResponse({ type: WorkOrderState })
  sign(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: SignBody): Promise<CommandResult> {
    const note = body.note ?? null;
    return this.commands.execute(ctx, workOrderId, body, ({ state, facts }) => sign(state, { workOrderId, note }, facts));
  }
}
