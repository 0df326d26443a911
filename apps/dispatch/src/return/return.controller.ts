import type { MaskedText } from '@lianban/contracts';
import { CodeField, Command, CommandBody, DirectoryCopy, IdParam, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { shippedCalendars, workingCalendar } from '@lianban/working-time';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { returnWindowEnd } from './return-window.js';
import { returnWindowOf } from '../domain/told-clocks.js';
import { returnOrder } from './return.decider.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { WorkOrderState } from '../work-orders/work-order.view.js';

export class ReturnBody extends CommandBody {
  @TextField({ max: 20_000, description: 'Why it is not theirs', example: 'The lamp stands on the property of the estate.' })
  reason!: MaskedText;

  @CodeField({ description: 'Whose it is, in their view', optional: true, example: 'housing' })
  suggestedDepartment?: string;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class ReturnController {
  /** Of this release: until sla has said when the window closes. */
  private readonly calendar = workingCalendar(shippedCalendars);

  constructor(
    @Inject(WorkOrderCommands) private readonly commands: WorkOrderCommands,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'rules'>,
  ) {}

  @Post(':workOrderId/return')
  @HttpCode(200)
  @ApiOperation({ summary: 'Return the work order (退单)', description: 'By its own department, within its return window (as shipped, 2 working days from its issue) and before work has begun.' })
  @ApiOkResponse({ type: WorkOrderState })
  async return(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: ReturnBody): Promise<CommandResult> {
    if (body.suggestedDepartment != null) await this.directory.require('department', body.suggestedDepartment, 'suggestedDepartment');
    const command = { workOrderId, reason: body.reason, suggestedDepartment: body.suggestedDepartment ?? null };
    const rules = await this.directory.rules();
    return this.commands.execute(ctx, workOrderId, body, ({ state, facts, at: now }) => {
      const byRule = (issuedAt: string) => returnWindowEnd(issuedAt, rules('return-window-days', { at: issuedAt, territory: facts.demand?.territory }), this.calendar);
      return returnOrder(state, command, facts, now, (order, at) => returnWindowOf(facts, state, order, at, byRule));
    });
  }
}
