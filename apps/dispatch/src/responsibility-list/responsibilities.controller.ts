import { DomainError, hasWords, territoryKinds } from '@lianban/contracts';
import type { MaskedText } from '@lianban/contracts';
import { foldEvents, newId } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import {
  BooleanField, CodeField, CodeListField, Command, CommandBus, DirectoryCopy, EnumField, EVENT_STORE, IdParam, InstantField, isText, NoPersonalNumber, PageOf, PageQuery, pageOfSorted, TextField, UnmaskedField, UuidField,
} from '@lianban/service-kit';
import type { CommandContext, CommandResult, Responsibility } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { responsibilityStream, responsibilityStreamOf } from './precedents.js';
import { addRow, endRow, isInForce } from './responsibility.decider.js';

const sources = ['rule', 'ruling'] as const;

export class ResponsibilitiesQuery extends PageQuery {
  @UnmaskedField({ max: 100, description: 'Words that all occur, in any order, in matter, category, words, basis or the name of the department', optional: true, example: '外墙' })
  q?: string;

  @CodeField({ max: 200, description: 'Rows about this category: its own, and those of a level above', optional: true })
  category?: string;

  @CodeField({ description: 'Only rows that name this handling unit', optional: true, example: 'housing' })
  department?: string;

  @EnumField(territoryKinds, { description: 'Only rows for this kind of territory, or for any', optional: true, example: 'estate' })
  territoryKind?: string;

  @InstantField({ description: 'Rows in force at this time; absent: now', optional: true })
  at?: string;

  @BooleanField({ description: 'true: rows of any time, also those that are over', optional: true, query: true, example: false })
  all?: boolean;
}

export class NewResponsibilityBody {
  @TextField({ max: 200, description: 'What it is about, for people', example: '小区外墙' })
  matter!: MaskedText;

  @CodeField({ max: 200, description: 'Category, or a level above; this or words are needed', optional: true })
  category?: string;

  @CodeListField({ maxItems: 50, description: 'One of them occurs in the demand', optional: true, example: ['外墙'] })
  @NoPersonalNumber()
  words?: string[];

  @EnumField(territoryKinds, { description: 'Only in territories of this kind', optional: true, example: 'estate' })
  territoryKind?: Responsibility['territoryKind'];

  @CodeField({ description: 'Who is responsible', example: 'housing' })
  department!: string;

  @TextField({ max: 20_000, description: 'On what it rests', example: '《物业管理条例》第四条' })
  basis!: MaskedText;

  @InstantField({ description: 'From when on it counts; absent: at once', optional: true })
  effectiveFrom?: string;

  @InstantField({ description: 'Until when it counts; absent: it has no end', optional: true })
  effectiveUntil?: string;

  @UuidField({ description: 'The row whose place it takes: that one ends as this one begins, in the same transaction', optional: true })
  replaces?: string;
}

export class EndResponsibilityBody {
  @InstantField({ description: 'Until when it counts, not in the past; absent: it ends now', optional: true })
  effectiveUntil?: string;

  @TextField({ max: 2_000, description: 'Why', example: '机构改革，职责划转。' })
  why!: MaskedText;
}

export class ResponsibilityView {
  @ApiProperty({ format: 'uuid', example: '2f0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c77' }) responsibilityId!: string;
  @ApiProperty({ example: '小区外墙' }) matter!: string;
  @ApiPropertyOptional({ type: String }) category?: string;
  @ApiProperty({ type: [String], example: ['外墙'] }) words!: string[];
  @ApiPropertyOptional({ enum: territoryKinds }) territoryKind?: string;
  @ApiProperty({ example: 'housing' }) department!: string;
  @ApiProperty({ example: '《物业管理条例》第四条' }) basis!: string;
  @ApiProperty({ format: 'date-time' }) effectiveFrom!: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Absent: it has no end' }) effectiveUntil?: string;
  @ApiProperty({ enum: sources, description: 'rule: entered by an admin; ruling: a precedent' }) source!: string;
  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Of a precedent: the case that was ruled on' }) caseId?: string;
  @ApiPropertyOptional({ type: String, description: 'Why it got its end' }) note?: string;
}

export class ResponsibilityPage extends PageOf(ResponsibilityView) {}

const shown = ({ responsibilityId, matter, category, words, territoryKind, department, basis, effectiveFrom, effectiveUntil, source, caseId, note }: Responsibility): ResponsibilityView => ({
  responsibilityId, matter, category: category ?? undefined, words, territoryKind: territoryKind ?? undefined, department, basis, effectiveFrom, effectiveUntil: effectiveUntil ?? undefined,
  source, caseId: caseId ?? undefined, note: note ?? undefined,
});

/** The responsibility list (职责清单): who answers for what, by rules and by precedents. */
@ApiTags('dispatch')
@Controller('api/v1/responsibilities')
export class ResponsibilitiesController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'categories' | 'departments' | 'responsibilities'>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The responsibility list (职责清单): who answers for what, by rules and by precedents' })
  @ApiOkResponse({ type: ResponsibilityPage })
  async list(@Query() query: ResponsibilitiesQuery): Promise<ResponsibilityPage> {
    const at = query.at ?? new Date().toISOString();
    const names = new Map((await this.directory.departments()).map(({ code, name }) => [code, `${name.zh} ${name.en}`]));
    const rows = (await this.directory.responsibilities()).filter((row) =>
      (query.all === true || isInForce(row, at))
      && (query.category == null || (row.category !== null && (query.category === row.category || query.category.startsWith(`${row.category}/`))))
      && (query.department == null || row.department === query.department)
      && (query.territoryKind == null || row.territoryKind === null || row.territoryKind === query.territoryKind)
      && hasWords(query.q ?? '', row.matter, row.category, row.words.join(' '), row.basis, row.department, names.get(row.department) ?? null));
    return pageOfSorted(query, rows, [isText, isText, isText], ({ category, department, responsibilityId }) => [category ?? '', department, responsibilityId], shown);
  }

  @Post()
  @ApiOperation({ summary: 'Add a row to the responsibility list, or have one take the place of another' })
  @ApiCreatedResponse({ type: ResponsibilityView })
  async add(@Command() ctx: CommandContext, @Body() body: NewResponsibilityBody): Promise<CommandResult> {
    await this.directory.require('department', body.department, 'department');
    await this.requireCategory(body.category ?? null);
    const responsibilityId = newId();
    const { matter, basis, department, replaces } = body;
    const rowAt = (at: string): Responsibility => ({
      responsibilityId, matter, category: body.category ?? null, words: body.words ?? [], territoryKind: body.territoryKind ?? null, department, basis,
      effectiveFrom: body.effectiveFrom ?? at, effectiveUntil: body.effectiveUntil ?? null, source: 'rule', caseId: null, rulingId: null, note: null,
    });
    return this.bus.execute({
      ctx, streamId: responsibilityStreamOf(responsibilityId), status: 201, stream: responsibilityStream,
      decide: ({ at }) => addRow(rowAt(at)),
      alongside: async (tx, { state, events: [added] }) => {
        if (replaces == null || !state || !added) return;
        const streamId = responsibilityStreamOf(replaces);
        const history = await this.store.read(streamId, tx);
        const { occurredAt, recordedAt, correlationId, id, actor } = added.metadata;
        const ended = endRow(foldEvents(responsibilityStream, history), { until: state.effectiveFrom, why: state.basis }, occurredAt);
        await this.store.append(tx, streamId, history.length, ended, { occurredAt, recordedAt, correlationId, causationId: id, actor });
      },
      respond: ({ state }) => shown(state as Responsibility),
    });
  }

  @Post(':responsibilityId/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a row of the responsibility list its end', description: 'A row is never edited: add another one for what counts from then on.' })
  @ApiOkResponse({ type: ResponsibilityView })
  end(@IdParam('responsibilityId') responsibilityId: string, @Command() ctx: CommandContext, @Body() { effectiveUntil, why }: EndResponsibilityBody): Promise<CommandResult> {
    return this.bus.execute({
      ctx, streamId: responsibilityStreamOf(responsibilityId), stream: responsibilityStream,
      decide: ({ state, at }) => endRow(state, { until: effectiveUntil ?? at, why }, at),
      respond: ({ state }) => shown(state as Responsibility),
    });
  }

  /** A level of categories has no entry of its own: it is there when a category is in it. */
  private async requireCategory(category: string | null): Promise<void> {
    if (category === null || (await this.directory.categories()).some(({ code, active }) => active && code.startsWith(`${category}/`))) return;
    await this.directory.require('category', category, 'category');
  }
}

/** @throws DomainError `unknown-reference` */
export const quotedRow = async (directory: Pick<DirectoryCopy, 'responsibilities'>, responsibilityId: string): Promise<Responsibility> => {
  const row = (await directory.responsibilities()).find((each) => each.responsibilityId === responsibilityId);
  if (row) return row;
  const errors = [{ field: 'responsibilityId', reason: say('no-such-responsibility') }];
  throw new DomainError('unknown-reference', say('fields-refused', { errors }), errors);
};
