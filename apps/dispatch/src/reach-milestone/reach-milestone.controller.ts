import type { MaskedText } from '@lianban/contracts';
import { Command, CommandBody, IdParam, NoPersonalNumber, TextField, UnmaskedField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { reachMilestone } from './reach-milestone.decider.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { WorkOrderState } from '../work-orders/work-order.view.js';

export class ReachMilestoneBody extends CommandBody {
  @UnmaskedField({ max: 50, description: 'Name of the milestone (里程碑), as its policy row and its clock have it', example: 'stop' })
  @NoPersonalNumber()
  milestone!: string;

  @TextField({ max: 20_000, description: 'What was done', optional: true, example: 'Work on the illegal building was stopped.' })
  note?: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class ReachMilestoneController {
  constructor(@Inject(WorkOrderCommands) private readonly commands: WorkOrderCommands) {}

  @Post(':workOrderId/milestones')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Report that a milestone of the case is reached',
    description: 'By the department of a signed order, after the answer too, until the case ends; again in the same round it changes nothing. The milestone\'s clock stops. A name that is none of those the case has a clock for is refused.',
  })
  @ApiOkResponse({ type: WorkOrderState })
  reach(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: ReachMilestoneBody): Promise<CommandResult> {
    const { milestone } = body;
    const note = body.note ?? null;
    return this.commands.execute(ctx, workOrderId, body, ({ state, facts }) => reachMilestone(state, { workOrderId, milestone, note }, facts));
  }
}
