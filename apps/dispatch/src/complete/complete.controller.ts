import { fillTemplate, refusedField, templateFor } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { CodeField, Command, CommandBody, DirectoryCopy, IdParam, NestedListField, TextField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { say } from '@lianban/texts';
import { complete } from './complete.decider.js';
import { orderIn } from '../domain/orders.js';
import { WorkOrderCommands } from '../work-orders/work-order-commands.js';
import { WorkOrderState } from '../work-orders/work-order.view.js';

export class FilledFieldBody {
  @CodeField({ description: 'Name of the field', example: 'day' })
  name!: string;

  @TextField({ max: 10_000, description: 'What stands in its place', example: '2 March' })
  value!: MaskedText;
}

export class CompleteBody extends CommandBody {
  @TextField({ max: 20_000, description: "Result; the lead's is the answer to the requester. Absent when a template makes it", optional: true, example: 'Lamp replaced and tested in the evening.' })
  result?: MaskedText;

  @CodeField({ description: 'Template for answers that makes the result', optional: true })
  templateId?: string;

  @NestedListField(FilledFieldBody, { maxItems: 30, description: 'Fields of the template', optional: true })
  fields?: FilledFieldBody[];

  @TextField({ max: 20_000, description: 'Why the lead answers although an assistant is open', optional: true, example: 'The tree is not in the way after all.' })
  withoutAssistants?: MaskedText;
}

@ApiTags('dispatch')
@Controller('api/v1/work-orders')
export class CompleteController {
  constructor(
    @Inject(WorkOrderCommands) private readonly commands: WorkOrderCommands,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'templates'>,
  ) {}

  @Post(':workOrderId/complete')
  @HttpCode(200)
  @ApiOperation({ summary: 'Finish the work order', description: "By its own department, once it is signed. Completing the lead's answers the case (答复)." })
  @ApiOkResponse({ type: WorkOrderState })
  async complete(@IdParam('workOrderId') workOrderId: string, @Command() ctx: CommandContext, @Body() body: CompleteBody): Promise<CommandResult> {
    const { result, templateId, fields = [], withoutAssistants = null } = body;
    if (templateId == null && result == null) throw refusedField('result', say('is-required'));
    if (templateId != null && result != null) throw refusedField('result', say('text-or-template'));
    const templates = templateId == null ? [] : await this.directory.templates();
    return this.commands.execute(ctx, workOrderId, body, ({ state, facts, at }) => {
      const { department } = orderIn(state, workOrderId);
      const text = templateId == null ? result as MaskedText : fillTemplate(templateFor(templates, { templateId, purpose: 'answer', department, at }), fields ?? []);
      return complete(state, { workOrderId, result: text, withoutAssistants }, facts, at);
    });
  }
}
