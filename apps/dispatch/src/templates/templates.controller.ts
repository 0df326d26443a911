import { lastInForce, templatePurposes } from '@lianban/contracts';
import type { EventEnvelope, MaskedText, TemplatePurpose, TemplateRow } from '@lianban/contracts';
import {
  BooleanField, CodeField, Command, CommandBus, DirectoryCopy, EnumField, InstantField, isText, NestedListField, NoPersonalNumber, PageOf, PageQuery, pageOfSorted, requireOwnDepartment, Rule, TextField, UnmaskedField,
} from '@lianban/service-kit';
import type { Aggregate, CommandContext, CommandResult } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { evolveTemplate, setTemplate } from './set-template.decider.js';
import type { TemplateEvent, TemplateRows } from './set-template.decider.js';

const named = /^[a-z0-9][a-z0-9-]{0,99}$/;
const isName = (value: unknown): boolean => typeof value === 'string' && named.test(value);
const templateStream: Aggregate<TemplateRows> = { initialState: [], evolve: (rows, event) => evolveTemplate(rows, event as EventEnvelope<TemplateEvent>) };

export class TemplateFieldBody {
  @CodeField({ description: 'Its place in the text: small letters, digits and hyphens', example: 'day' })
  @Rule('isName', isName, say('must-be-rule-name'))
  @NoPersonalNumber()
  name!: string;

  @TextField({ max: 100, description: 'For people', example: 'Which day' })
  label!: MaskedText;

  @BooleanField({ description: 'Whether it must be filled; true when absent', optional: true, example: true })
  required?: boolean;
}

export class SetTemplateBody {
  @UnmaskedField({ max: 100, description: 'Names the template: small letters, digits and hyphens', example: 'lamp-repaired' })
  @Rule('isName', isName, say('must-be-rule-name'))
  @NoPersonalNumber()
  templateId!: string;

  @EnumField(templatePurposes, { description: 'What it is for; stays as it was set first', example: 'answer' })
  purpose!: TemplatePurpose;

  @CodeField({ description: 'Only for this handling unit; absent: for the whole district. Stays as it was set first', optional: true, example: 'urban-management' })
  department?: string;

  @TextField({ max: 200, description: 'For those who choose one', example: 'Lamp repaired' })
  title!: MaskedText;

  @TextField({ max: 10_000, description: 'With a place `{name}` for each field', example: 'The lamp at {place} was repaired on {day}.' })
  text!: MaskedText;

  @NestedListField(TemplateFieldBody, { maxItems: 30, description: 'What is filled in; each has its place in the text', optional: true })
  fields?: TemplateFieldBody[];

  @BooleanField({ description: 'False: not to be used from then on', optional: true, example: true })
  active?: boolean;

  @InstantField({ description: 'From when on it counts, not in the past; absent: at once', optional: true })
  effectiveFrom?: string;
}

export class TemplatesQuery extends PageQuery {
  @EnumField(templatePurposes, { description: 'Only for this purpose', optional: true })
  purpose?: TemplatePurpose;

  @CodeField({ description: 'Those that this handling unit may use: its own and the district\'s', optional: true, example: 'urban-management' })
  department?: string;

  @InstantField({ description: 'As in force at this time; absent: now', optional: true })
  at?: string;
}

export class TemplateFieldView {
  @ApiProperty({ example: 'day' })
  name!: string;

  @ApiProperty({ example: 'Which day' })
  label!: string;

  @ApiProperty()
  required!: boolean;
}

export class TemplateView {
  @ApiProperty({ example: 'lamp-repaired' })
  templateId!: string;

  @ApiProperty({ enum: templatePurposes })
  purpose!: TemplatePurpose;

  @ApiPropertyOptional({ type: String, description: 'Absent: for the whole district', example: 'urban-management' })
  department?: string;

  @ApiProperty({ example: 'Lamp repaired' })
  title!: string;

  @ApiProperty({ example: 'The lamp at {place} was repaired on {day}.' })
  text!: string;

  @ApiProperty({ type: [TemplateFieldView] })
  fields!: TemplateFieldView[];

  @ApiProperty()
  active!: boolean;

  @ApiProperty({ format: 'date-time' })
  effectiveFrom!: string;
}

export class TemplatePage extends PageOf(TemplateView) {}

const toView = ({ department, fields, ...row }: TemplateRow): TemplateView => ({ ...row, department: department ?? undefined, fields: [...fields] });

@ApiTags('dispatch')
@Controller('api/v1/templates')
export class TemplatesController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'templates'>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Templates for answers and refusals, as in force', description: 'One that was set a moment ago may be missing.' })
  @ApiOkResponse({ type: TemplatePage })
  async list(@Query() query: TemplatesQuery): Promise<TemplatePage> {
    const rows = await this.directory.templates();
    const at = query.at ?? new Date().toISOString();
    const standing = [...new Set(rows.map(({ templateId }) => templateId))].flatMap((id) => lastInForce(rows.filter(({ templateId }) => templateId === id), at) ?? []);
    const asked = standing.filter(({ active, purpose, department }) => active && (query.purpose == null || purpose === query.purpose) && (query.department == null || department === null || department === query.department));
    return pageOfSorted(query, asked, [isText], ({ templateId }) => [templateId], toView);
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Set a template, from a day on',
    description: 'By an admin, or by the head of the handling unit it is for. A row is never edited: another one from a later day on supersedes it. What was answered stands. Every service knows it a moment later.',
  })
  @ApiCreatedResponse({ type: TemplateView })
  async set(@Command() ctx: CommandContext, @Body() body: SetTemplateBody): Promise<CommandResult> {
    const { templateId, purpose, title, text } = body;
    // Of no department: for an admin alone.
    requireOwnDepartment(ctx, body.department ?? '');
    if (body.department != null) await this.directory.require('department', body.department, 'department');
    const fields = (body.fields ?? []).map(({ name, label, required }) => ({ name, label, required: required ?? true }));
    const command = { templateId, purpose, department: body.department ?? null, title, text, fields, active: body.active ?? true, effectiveFrom: body.effectiveFrom ?? null };
    return this.bus.execute({
      ctx, streamId: `template/${templateId}`, status: 201, stream: templateStream,
      decide: ({ state, at }) => {
        // Who may set it is said by whose it is already.
        const [first] = state;
        if (first) requireOwnDepartment(ctx, first.department ?? '');
        return setTemplate(state, command, at);
      },
      respond: ({ state }) => toView(lastInForce(state, command.effectiveFrom ?? new Date().toISOString()) ?? { ...command, effectiveFrom: command.effectiveFrom ?? new Date().toISOString() }),
    });
  }
}
