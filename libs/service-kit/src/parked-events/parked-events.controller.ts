import { DomainError } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import type { Act, ActResult } from '@lianban/kafka';
import { say } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Command } from '../decisions/command-context.js';
import type { CommandContext } from '../decisions/command-context.js';
import { EventConsumers } from '../events/event-consumers.js';
import { IdParam } from '../http/fields.js';
import { readPage } from '../http/paging.js';
import { findAnswer } from '../decisions/idempotency.js';
import { SQL } from '../process/tokens.js';
import { byPlace, countOthers, keepAnswer, readParked, readParkedDetails, readTrail, whoseIsIt } from './parked-event-rows.js';
import { ParkedActView, ParkedEventDetails, ParkedEventPage, ParkedEventsQuery, ParkedTrailQuery, RetryBody, SkipBody, TrailPage } from './parked-event.views.js';

const notParked = (id: string) => new DomainError('not-found', say('not-parked', { id }));
const refusals = {
  'gone': say('parked-already-done'),
  'not-in-front': say('parked-not-in-front'),
  'not-blocking': say('parked-not-blocking'),
} as const;

/** The same key was faster: nothing was done now. */
class AnsweredMeanwhile extends Error {}

/** Parked events of one service: look, retry, give up. One class a service, since each has an address of its own. */
export const parkedEventsController = (service: string): Type => {
  @ApiTags(service)
  @Controller(`api/v1/operations/${service}`)
  class ParkedEventsController {
    constructor(
      @Inject(SQL) private readonly sql: Tx,
      @Inject(EventConsumers) private readonly consumers: EventConsumers,
    ) {}

    @Get('parked-events')
    @ApiOperation({ summary: `Events that ${service} could not apply, oldest first` })
    @ApiOkResponse({ type: ParkedEventPage })
    list(@Query() query: ParkedEventsQuery): Promise<ParkedEventPage> {
      return readPage(query, byPlace, (after, limit) => readParked(this.sql, query, { after, limit }), ({ view }) => view);
    }

    @Get('parked-events/:parkedEventId')
    @ApiOperation({ summary: 'One of them, with headers and payload' })
    @ApiOkResponse({ type: ParkedEventDetails })
    async show(@IdParam('parkedEventId') id: string): Promise<ParkedEventDetails> {
      const details = await readParkedDetails(this.sql, id);
      if (!details) throw notParked(id);
      return details;
    }

    @Post('parked-events/:parkedEventId/retry')
    @HttpCode(200)
    @ApiOperation({ summary: 'Tries it again; what waits behind it follows by itself' })
    @ApiOkResponse({ type: ParkedActView })
    retry(@IdParam('parkedEventId') id: string, @Body() { reason }: RetryBody, @Command() ctx: CommandContext, @Res({ passthrough: true }) reply: FastifyReply): Promise<ParkedActView> {
      return this.act(id, { act: 'retry', actor: ctx.actor, why: reason ?? null }, ctx, reply);
    }

    @Post('parked-events/:parkedEventId/skip')
    @HttpCode(200)
    @ApiOperation({ summary: 'Gives it up: its effect will be missing here. What waits behind it follows by itself' })
    @ApiOkResponse({ type: ParkedActView })
    skip(@IdParam('parkedEventId') id: string, @Body() { reason }: SkipBody, @Command() ctx: CommandContext, @Res({ passthrough: true }) reply: FastifyReply): Promise<ParkedActView> {
      return this.act(id, { act: 'skip', actor: ctx.actor, why: reason }, ctx, reply);
    }

    @Get('parked-trail')
    @ApiOperation({ summary: 'What was done about parked events, by whom and why, newest first' })
    @ApiOkResponse({ type: TrailPage })
    trail(@Query() query: ParkedTrailQuery): Promise<TrailPage> {
      return readPage(query, byPlace, (after, limit) => readTrail(this.sql, query, { after, limit }), ({ view }) => view);
    }

    private async act(id: string, { actor, ...wanted }: Act, ctx: CommandContext, reply: FastifyReply): Promise<ParkedActView> {
      const replay = async (): Promise<ParkedActView | undefined> => {
        const known = await findAnswer(this.sql, ctx);
        if (known) void reply.header('idempotency-replayed', 'true');
        return known?.body as ParkedActView | undefined;
      };
      const known = await replay();
      if (known) return known;
      const { consumer: name, done } = await whoseIsIt(this.sql, id);
      // The first request of this key may have done it between the two looks.
      const refuse = async (refusal: DomainError) => {
        const late = await replay();
        if (late) return late;
        throw refusal;
      };
      if (name === null) return refuse(done ? new DomainError('state-conflict', refusals.gone) : notParked(id));
      const consumer = this.consumers.find(name);
      if (!consumer) throw new DomainError('state-conflict', say('consumer-not-here', { consumer: name }));
      let answer: ParkedActView | undefined;
      const result = await consumer.act(id, { ...wanted, actor: actor && { id: actor.id, role: actor.role } }, async (tx, made, { address }) => {
        const error = made.outcome === 'still-failing' ? made.error : null;
        answer = { parkedEventId: id, outcome: made.outcome, error, waiting: await countOthers(tx, name, address.subject, id) };
        if (!(await keepAnswer(tx, ctx, answer))) throw new AnsweredMeanwhile();
      }).catch(async (error: unknown): Promise<ActResult> => {
        answer = error instanceof AnsweredMeanwhile ? await replay() : undefined;
        if (!answer) throw error;
        return { outcome: 'skipped' };
      });
      return answer ?? refuse(await this.refusal(id, result));
    }

    private async refusal(id: string, { outcome }: ActResult): Promise<DomainError> {
      if (outcome === 'gone' && !(await whoseIsIt(this.sql, id)).done) return notParked(id);
      return new DomainError('state-conflict', refusals[outcome as keyof typeof refusals]);
    }
  }
  // Names the operations of the API document.
  Object.defineProperty(ParkedEventsController, 'name', { value: `${service.charAt(0).toUpperCase()}${service.slice(1)}ParkedEventsController` });
  return ParkedEventsController;
};
