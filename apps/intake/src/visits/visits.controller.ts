import { createHash } from 'node:crypto';
import { DomainError } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import {
  byTime, Command, DirectoryCopy, findAnswer, IdParam, isId, keepAnswer, LOG, loggable, ReaderLanguage, readPage, SQL, startOf, toDomainError, toProblem, validationPipe,
} from '@lianban/service-kit';
import type { AuthenticatedRequest, CommandContext, CommandResult } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import type { Language } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { RecordVisits } from './record-visits.js';
import { VisitBody, VisitRecordBody, VisitsBody } from './visit.body.js';
import { listVisits } from './visit-rows.js';
import type { VisitRow } from './visit-rows.js';
import { RecordAnswerView, RecordedVisitView, toVisitView, VisitAnswersView, VisitPage, VisitsQuery, VisitView } from './visit.views.js';

const path = '/api/v1/visits';
/** Records of a call that are worked on at a time; the others of the service get their turn between them. */
const atOnce = 50;

const anyVisit = { visitId: null, firmId: null, householdId: null, planId: null, territory: null, from: null, to: null } as const;
const checked = validationPipe();

@ApiTags('intake')
@Controller(path.slice(1))
export class VisitsController {
  constructor(
    @Inject(RecordVisits) private readonly visits: RecordVisits,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'nameOf'>,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Enter a visit to a firm or a household (走访)',
    description: 'Each demand found becomes a case of channel `visit`; the visit is its first contact. Who visits may enter it up to 7 days later (`occurredAt`) without the import permission. Name, phone and door stay in intake.',
  })
  @ApiCreatedResponse({ type: RecordedVisitView })
  async record(@Command() ctx: CommandContext, @Body() body: VisitBody): Promise<CommandResult> {
    return this.visits.record(ctx, body, await this.visits.named([body]));
  }

  @Post('bulk')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Enter up to 500 visits, each answered by itself',
    description: 'For a device that was without network. Each record has a key: sent again, here or to the single call, it changes nothing and gets the same answer. A call of more than 1 MiB is refused: send fewer records.',
  })
  @ApiOkResponse({ type: VisitAnswersView })
  async recordMany(@Command() ctx: CommandContext, @Body() _: VisitsBody, @Req() { body }: AuthenticatedRequest, @ReaderLanguage() language: Language): Promise<VisitAnswersView> {
    const known = await findAnswer(this.sql, ctx);
    if (known) return known.body as VisitAnswersView;
    const slots = pLimit(atOnce);
    const { records } = body as { readonly records: readonly Readonly<Record<string, unknown>>[] };
    const idOf = (id: unknown): string | undefined => (typeof id === 'string' && isId(id) ? id.toLowerCase() : undefined);
    const named = await this.visits.named(records.map((record) => ({ firmId: idOf(record?.firmId), planId: idOf(record?.planId) })));
    const one = async (record: Readonly<Record<string, unknown>>): Promise<RecordAnswerView> => {
      try {
        const { key, ...visit } = await checked.transform(record, { type: 'body', metatype: VisitRecordBody }) as VisitRecordBody;
        const { key: _key, ...sent } = record;
        // As the single call would have it, so that a record counts once, whichever way it comes.
        const requestHash = createHash('sha256').update(path).update('\n').update(JSON.stringify(sent)).digest('base64url');
        const { answer } = await this.visits.record({ ...ctx, ifMatch: undefined, idempotencyKey: key, route: `POST ${path}`, requestHash }, visit, named);
        return { key, status: answer.status, visit: answer.body as RecordedVisitView };
      } catch (thrown) {
        const error = toDomainError(thrown);
        if (error.code === 'internal-error') this.log.error({ err: loggable(thrown) }, 'unexpected error');
        const { status, code, detail, errors } = toProblem(error, language, ctx.correlationId, this.directory.nameOf);
        return { key: typeof record?.key === 'string' ? record.key : undefined, status, problem: { code, detail, errors } };
      }
    };
    const answer = { items: await Promise.all(records.map((record) => slots(() => one(record)))) };
    // What failed for a while may be asked for again under the same key.
    if (answer.items.every(({ status }) => status < 500)) await keepAnswer(this.sql, ctx, { status: 200, body: answer, etag: '', token: '' });
    return answer;
  }

  @Get()
  @ApiOperation({ summary: 'Visits, the newest first' })
  @ApiOkResponse({ type: VisitPage })
  async list(@Query() query: VisitsQuery): Promise<VisitPage> {
    const { firmId = null, householdId = null, planId = null, territory = null, from, to } = query;
    const asked = { ...anyVisit, firmId, householdId, planId, territory, from: from === undefined ? null : startOf(from), to: to === undefined ? null : startOf(to) };
    return readPage(query, byTime((row: VisitRow) => [row.visitedAt, row.visitId]), (after, limit) => listVisits(this.sql, asked, after, limit), toVisitView);
  }

  @Get(':visitId')
  @ApiOperation({ summary: 'One visit, as it was written' })
  @ApiOkResponse({ type: VisitView })
  async show(@IdParam('visitId') visitId: string): Promise<VisitView> {
    const [row] = await listVisits(this.sql, { ...anyVisit, visitId }, undefined, 1);
    if (!row) throw new DomainError('not-found', say('no-visit-of-this-id'));
    return toVisitView(row);
  }
}
