import type { MaskedText } from '@lianban/contracts';
import { Command, CommandBody, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { progress } from './progress.decider.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { WorkOrderState } from '../work-orders/work-order.view.js';

export class ProgressBody extends CommandBody {
  @TextField({ max: 20_000, description: 'What was done', example: 'The lighting centre ordered the part.' })
  note!: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class ProgressController {
  constructor(@Inject(WorkOrderCommands) private readonly commands: WorkOrderCommands) {}

  @Post(':workOrderId/progress')
  @HttpCode(200)
  @ApiOperation({ summary: 'Report progress', description: 'By its own department, once it is signed.' })
  @ApiOkResponse({ type: WorkOrderState })
  progress(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: ProgressBody): Promise<CommandResult> {
    const note = body.note;
    return this.commands.execute(ctx, workOrderId, body, ({ state, facts }) => progress(state, { workOrderId, note }, facts));
  }
}
