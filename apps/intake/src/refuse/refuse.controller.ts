import { fillTemplate, refusalReasons, refusedField, templateFor } from '@lianban/contracts';
import type { RefusalReason } from '@lianban/contracts';
import { CodeField, Command, CommandBody, DirectoryCopy, EnumField, IdParam, NestedListField } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { say } from '@lianban/texts';
import { CaseCommands } from '../case-commands.js';
import { refuse } from './refuse.decider.js';
import { CaseView } from '../show-case/case.view.js';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class FilledRefusalFieldBody {
  @CodeField({ description: 'Name of the field', example: 'court' })
  name!: string;

  @OriginalTextField({ max: 10_000, description: 'What stands in its place', example: 'the court of Riverside' })
  value!: OriginalText;
}

export class RefuseBody extends CommandBody {
  @EnumField(refusalReasons, { description: 'Why, by the published rules', example: 'in-legal-procedure' })
  reason!: RefusalReason;

  @OriginalTextField({ max: 20_000, description: 'Text for the requester. Absent when a template makes it', optional: true, example: 'The matter is before the court; please follow the proceedings there.' })
  text?: OriginalText;

  @CodeField({ description: 'Template for refusals that makes the text', optional: true })
  templateId?: string;

  @NestedListField(FilledRefusalFieldBody, { maxItems: 30, description: 'Fields of the template', optional: true })
  fields?: FilledRefusalFieldBody[];
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class RefuseController {
  constructor(
    @Inject(CaseCommands) private readonly commands: CaseCommands,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'templates'>,
  ) {}

  @Post(':caseId/refuse')
  @HttpCode(200)
  @ApiOperation({ summary: 'Refuse the demand (不予受理)', description: 'Only while it is registered. The text counts as the first contact.' })
  @ApiOkResponse({ type: CaseView })
  async refuse(@IdParam('caseId') caseId: string, @Command() ctx: CommandContext, @Body() body: RefuseBody): Promise<CommandResult> {
    const { reason, text, templateId, fields } = body;
    if (templateId == null) {
      if (text == null) throw refusedField('text', say('is-required'));
      return this.commands.execute(ctx, caseId, body, { text }, (state, masked) => refuse(state, { reason, text: masked.text }));
    }
    if (text != null) throw refusedField('text', say('text-or-template'));
    const templates = await this.directory.templates();
    // What masking changes in a field is kept as part of the text.
    const values = Object.fromEntries((fields ?? []).map(({ name, value }) => [`text.${name}`, value]));
    return this.commands.execute(ctx, caseId, body, values, (state, masked, _facts, at) => {
      const filled = Object.entries(masked).map(([name, value]) => ({ name: name.slice('text.'.length), value: value }));
      return refuse(state, { reason, text: fillTemplate(templateFor(templates, { templateId, purpose: 'refusal', department: null, at }), filled) });
    });
  }
}
