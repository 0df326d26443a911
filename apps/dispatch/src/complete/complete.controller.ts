import type { MaskedText } from '@lianban/contracts';
import { Command, CommandBody, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { complete } from './complete.decider.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { WorkOrderState } from '../work-orders/work-order.view.js';

export class CompleteBody extends CommandBody {
  @TextField({ max: 20_000, description: "Result; the lead's is the answer to the requester", example: 'Lamp replaced and tested in the evening.' })
  result!: MaskedText;

  @TextField({ max: 20_000, description: 'Why the lead answers although an assistant is open', optional: true, example: 'The tree is not in the way after all.' })
  withoutAssistants?: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class CompleteController {
  constructor(@Inject(WorkOrderCommands) private readonly commands: WorkOrderCommands) {}

  @Post(':workOrderId/complete')
  @HttpCode(200)
  @ApiOperation({ summary: 'Finish the work order', description: "By its own department, once it is signed. Completing the lead's answers the case (答复)." })
  @ApiOkResponse({ type: WorkOrderState })
  complete(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: CompleteBody): Promise<CommandResult> {
    const command = {
      workOrderId, result: body.result, withoutAssistants: body.withoutAssistants ?? null,
    };
    return this.commands.execute(ctx, workOrderId, body, ({ state, facts, at }) => complete(state, command, facts, at));
  }
}
