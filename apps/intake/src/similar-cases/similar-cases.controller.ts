import type { MaskedText } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { BooleanField, Caller, CodeField, DirectoryCopy, EVENT_STORE, IdParam, IntField, requireReach, SQL, TextField } from '@lianban/service-kit';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { known } from '../domain/case-in-status.js';
import { intakeStream } from '../intake-stream.js';
import { findSimilarCase } from './similar-case-rows.js';
import { SimilarCaseList } from './similar-case.view.js';
import { SimilarCases } from './similar-cases.js';
import type { SoughtDemand } from './similar-cases.js';

export const shownAtMost = 10;

export class SimilarCasesQuery {
  @IntField({ description: `How many at most; ${shownAtMost} when absent`, min: 1, max: 50, optional: true, query: true })
  limit?: number;

  @BooleanField({ description: 'Those that have ended, instead of those that can be merged', optional: true, query: true })
  ended?: boolean;
}

export class SimilarTextBody {
  @TextField({ max: 200, description: 'Title', example: 'Lamp at the east gate is dark' })
  title!: MaskedText;

  @TextField({ max: 10_000, description: 'What is asked for', optional: true, example: 'The lamp at the east gate has been out for a week.' })
  description?: MaskedText;

  @TextField({ max: 200, description: 'Where in the territory', optional: true, example: 'East gate' })
  location?: MaskedText;

  @CodeField({ description: 'Code in the territory tree; without it no place counts as the same', optional: true, example: 'riverside-grid-01' })
  territory?: string;

  @IntField({ description: `How many at most; ${shownAtMost} when absent`, min: 1, max: 50, optional: true })
  limit?: number;

  @BooleanField({ description: 'Those that have ended, instead of those that can be merged', optional: true })
  ended?: boolean;
}

@ApiTags('intake')
@Controller('api/v1/cases')
export class SimilarCasesController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
    @Inject(SimilarCases) private readonly similar: SimilarCases,
  ) {}

  @Get(':caseId/similar')
  @ApiOperation({
    summary: 'Likely the same demand (疑似重复), the most alike first',
    description: 'By words, place and time of registration (rules `same-demand-…`), with why. Nothing is merged by itself.',
  })
  @ApiOkResponse({ type: SimilarCaseList })
  async ofCase(@IdParam('caseId') caseId: string, @Caller() caller: Caller, @Query() { limit, ended }: SimilarCasesQuery): Promise<SimilarCaseList> {
    const { title, description, location, territory, registeredAt, registeredBy } = known(foldEvents(intakeStream, await this.store.read(caseId)));
    requireReach(caller, { departments: [], registeredBy });
    const requester = (await findSimilarCase(this.sql, caseId))?.requester ?? null;
    return this.answer({ caseId, title, description, location, territory, requester, at: registeredAt }, limit, ended);
  }

  @Post('similar')
  @HttpCode(200)
  @ApiOperation({ summary: 'The same for a text that is about to be registered. Changes nothing', description: 'The text is masked before it is compared, and is not kept.' })
  @ApiOkResponse({ type: SimilarCaseList })
  async ofText(@Body() { title, description, location, territory, limit, ended }: SimilarTextBody): Promise<SimilarCaseList> {
    if (territory != null) await this.directory.require('territory', territory, 'territory');
    return this.answer({ title, description: description ?? '', location: location ?? null, territory: territory ?? null, requester: null, at: new Date().toISOString() }, limit, ended);
  }

  private async answer(sought: SoughtDemand, limit = shownAtMost, ended = false): Promise<SimilarCaseList> {
    return { items: await this.similar.show(sought, (await this.similar.likely(sought, ended)).slice(0, limit)) };
  }
}
