import type { Role } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBus, DirectoryCopy, reachIn, rowOf, SQL } from '@lianban/service-kit';
import type { CommandContext, CommandResult } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { intakeStream } from '../intake-stream.js';
import { register } from './register.decider.js';
import { keepOriginals, MaskedTexts } from '../requester/original-text.js';
import { keepContacts } from '../requester/requester-vault.js';
import type { RequesterContact } from '../requester/requester-vault.js';
import { RegisteredCaseView, toCaseView } from '../show-case/case.view.js';
import { caseNumber, numbersOf } from './case-number.js';
import { RegisterBody } from './register.body.js';
import { access } from '../access.js';
import { keepSimilarCases } from '../similar-cases/similar-case-rows.js';
import type { SimilarCase } from '../similar-cases/similar-case.view.js';
import { shownAtMost } from '../similar-cases/similar-cases.controller.js';
import { SimilarCases } from '../similar-cases/similar-cases.js';
import type { SoughtDemand } from '../similar-cases/similar-cases.js';

/** A requester is not shown what others ask for. */
const showsSimilar = (role: Role): boolean => reachIn(rowOf(access, 'POST /api/v1/cases/similar'), role) !== undefined;

@ApiTags('intake')
@Controller('api/v1/cases')
export class RegisterController {
  private readonly nextNumber: () => Promise<number>;

  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
    @Inject(SQL) sql: Tx,
    @Inject(SimilarCases) private readonly similar: Pick<SimilarCases, 'requesterOf' | 'likely' | 'repeated' | 'show'>,
  ) {
    this.nextNumber = numbersOf(sql);
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Register a demand (诉求登记)', description: 'Name, phone and address stay in intake; they are also masked where the texts repeat them. The answer names open cases that are likely the same demand.' })
  @ApiCreatedResponse({ type: RegisteredCaseView })
  async register(@Command() ctx: CommandContext, @Body() body: RegisterBody): Promise<CommandResult> {
    await this.directory.require('territory', body.territory, 'territory');
    if (body.category != null) await this.directory.require('category', body.category, 'category');
    const { channel, territory, category = null, urgency } = body;
    const { kind, name = null, phone = null, address = null, email = null } = body.requester;
    const contact: RequesterContact = { kind, name, phone, address, email };
    const words = MaskedTexts.of({ title: body.title, description: body.description, location: body.location ?? null }, [contact]);
    const [caseId, ref] = [newId(), newId()];
    const requester = this.similar.requesterOf(phone, ctx.actor);
    const sought = { ...words.masked, territory, requester, at: body.occurredAt ?? new Date().toISOString() };
    const [number, repeats, similar] = await Promise.all([this.nextNumber(), this.similar.repeated(sought), showsSimilar(ctx.actor.role) ? this.likely(sought) : undefined]);
    return this.bus.execute({
      ctx,
      streamId: caseId,
      isNew: true,
      status: 201,
      occurredAt: body.occurredAt,
      stream: intakeStream,
      decide: ({ state, at }) => register(state, {
        caseNo: caseNumber(at, number),
        ...words.masked,
        channel, category, territory, requester: { kind, ref }, urgency: urgency ?? 'normal', kind: body.kind ?? null, repeats: repeats && { ...repeats, requester },
      }),
      rows: ({ state, events: [first] }, write) => {
        if (state) write(keepSimilarCases, { caseId, state, requester });
        write(keepContacts, { ...contact, caseId, ref });
        if (first) for (const text of words.changed(caseId, first.metadata.streamVersion)) write(keepOriginals, text);
      },
      respond: ({ state, version }) => ({ ...toCaseView(caseId, state, version), similar }),
    });
  }

  private async likely(sought: SoughtDemand): Promise<SimilarCase[]> {
    return this.similar.show(sought, (await this.similar.likely(sought)).slice(0, shownAtMost));
  }
}
