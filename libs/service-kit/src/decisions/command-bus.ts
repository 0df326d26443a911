import { DomainError } from '@lianban/contracts';
import type { EventEnvelope, Source } from '@lianban/contracts';
import { ConflictError, foldEvents, inSpan, isBusy, prepareAppend } from '@lianban/event-store';
import type { EventStore, NewEvent, Tx } from '@lianban/event-store';
import { isLostRace } from '@lianban/kafka';
import type pg from 'pg';
import { loadFacts } from './case-facts.js';
import type { CommandContext } from './command-context.js';
import { commandCommitter } from './commit-commands.js';
import type { CommitOutcome, DecidedCommand, RowsToWrite } from './commit-commands.js';
import { writeToken } from '../events/consistency-tokens.js';
import { findAnswer } from './idempotency.js';
import type { Answer } from './idempotency.js';
import { commandRetries } from '../process/metrics.js';
import type { RowWriter, WriteRows } from './reactions.js';
import { lastEntered } from './stream.js';
import type { StreamDefinition } from './stream.js';

/** One command to one stream. */
export interface CommandSpec<State, Facts> {
  readonly ctx: CommandContext;
  /** For cases the case id. */
  readonly streamId: string;
  /** The stream's id was made for this command, so there is nothing to load. */
  readonly isNew?: boolean;
  /** 201 when something is created; 200 otherwise. */
  readonly status?: 200 | 201;
  /** The body's `occurredAt`; checked here against permission, future, 1949, the stream's last event and the fact the command rests on. */
  readonly occurredAt?: string;
  /** A change of its facts between decision and commit is a lost race. */
  readonly stream: StreamDefinition<State, Facts>;
  /** Pure. `[]` means it is already so. Throws DomainError for a broken rule. `at` is when the command happened, ISO 8601. */
  decide(input: { state: State; facts: Facts; version: number; at: string }): readonly NewEvent[];
  /** Rows of this service made from the new state, in the same transaction: hand them to `write`, with the same writer each time. */
  rows?(result: { state: State; facts: Facts; events: readonly EventEnvelope[]; version: number }, write: WriteRows): void;
  /** What has to be read and decided in the same transaction, such as a second case. */
  alongside?(tx: Tx, result: { state: State; facts: Facts; events: readonly EventEnvelope[]; version: number }): Promise<void>;
  /** The answer's body. */
  respond(result: { state: State; facts: Facts; version: number }): object;
}

/** What a controller returns for a command; an interceptor turns it into status, headers and body. */
export class CommandResult {
  /** `replayed`: nothing was done now; it is the answer kept for the same Idempotency-Key. */
  constructor(readonly answer: Answer, readonly replayed = false) {}
}

/** A read of something that has a version: the ETag goes with it. */
export class Versioned {
  constructor(readonly body: object, readonly etag: string) {}
}

const attempts = 6;

type NotBefore = NonNullable<ReturnType<StreamDefinition<unknown>['notBefore']>>;

/** Nothing a 12345 line knows is older; working time is counted from 1900 on, and sla could never decide a case from before. */
const earliest: NotBefore = { at: '1949-10-01T00:00:00+08:00', what: 'the first day there is' };

/** What a command on this stream can't be dated before. */
const earliestFor = <Facts>(stream: Pick<StreamDefinition<unknown, Facts>, 'isAside' | 'notBefore'>, history: readonly EventEnvelope[], facts: Facts): NotBefore[] => {
  const last = lastEntered(history, stream);
  const fact = stream.notBefore(facts);
  return [earliest, ...(last ? [{ at: last.metadata.occurredAt, what: 'the last event of the case' }] : []), ...(fact ? [fact] : [])];
};

export class CommandBus {
  private readonly sql: Tx;

  constructor(
    private readonly source: Source,
    pool: pg.Pool,
    private readonly store: Pick<EventStore, 'read'>,
    private readonly consistencySecret: string,
    private readonly commit: (command: DecidedCommand) => Promise<CommitOutcome> = commandCommitter(pool),
    private readonly now: () => Date = () => new Date(),
  ) {
    this.sql = pool;
  }

  etag(version: number): string {
    return `"${this.source}-${version}"`;
  }

  /**
   * Loads, decides and appends, with the answer's idempotency row in the same transaction. A lost race starts again in a new
   * transaction, a few times. Resolves only when everything is on disk.
   * @throws DomainError; Overloaded when too many commands wait: then nothing was done
   */
  async execute<State, Facts = undefined>(spec: CommandSpec<State, Facts>): Promise<CommandResult> {
    return inSpan('command', { attributes: { 'lianban.stream': spec.streamId } }, () => this.untilDone(spec));
  }

  private async untilDone<State, Facts>(spec: CommandSpec<State, Facts>): Promise<CommandResult> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(spec);
      } catch (error) {
        if (isBusy(error)) throw new DomainError('concurrent-change', 'Something else has kept this case locked for too long; nothing was done. Try again.');
        if (!isLostRace(error)) throw error;
        if (attempt === attempts) throw new DomainError('concurrent-change', 'Others keep changing this case at the same time; read it again and retry.');
        commandRetries.inc({ route: spec.ctx.route });
      }
    }
  }

  private async attempt<State, Facts>({ ctx, streamId, isNew = false, status = 200, occurredAt, stream, decide, rows, alongside, respond }: CommandSpec<State, Facts>): Promise<CommandResult> {
    const [known, facts, history] = isNew ? [undefined, undefined, []] : await Promise.all([
      findAnswer(this.sql, ctx),
      stream.initialFacts === undefined ? undefined : loadFacts(this.sql, streamId, stream.initialFacts),
      this.store.read(streamId),
    ]);
    if (known) return new CommandResult(known, true);
    const before = foldEvents(stream, history);
    const version = history.length;
    const now = this.now();
    const factData = facts?.data ?? stream.initialFacts;
    const make = () => {
      this.checkMatch(ctx, version);
      const at = this.timeOf(ctx, occurredAt, earliestFor(stream, history, factData), now);
      return { at, decided: decide({ state: before, facts: factData, version, at }) };
    };
    let made: ReturnType<typeof make>;
    try {
      made = make();
    } catch (error) {
      // The first request of this key may have committed between the reads above: then it is its own work that stands in the way.
      const late = error instanceof DomainError ? await findAnswer(this.sql, ctx) : undefined;
      if (late) return new CommandResult(late, true);
      throw error;
    }
    const { at, decided } = made;
    const append = prepareAppend({
      streamId, expectedVersion: version, events: decided,
      meta: { occurredAt: at, recordedAt: now.toISOString(), correlationId: ctx.correlationId, causationId: ctx.correlationId, actor: ctx.actor },
    }, this.source);
    const events = append.envelopes;
    const state = foldEvents(stream, events, before);
    const after = version + events.length;
    const answer: Answer = {
      status,
      body: respond({ state, facts: factData, version: after }),
      etag: this.etag(after),
      token: writeToken({ source: this.source, streamId, version: after }, this.consistencySecret),
    };
    const changes = events.length > 0;
    if (!changes && ctx.idempotencyKey === undefined) return new CommandResult(answer);
    const written: RowsToWrite[] = [];
    if (changes) rows?.({ state, facts: factData, events, version: after }, (writer, item) => written.push({ writer: writer as RowWriter<unknown>, item }));
    const outcome = await this.commit({
      ctx, append, answer, rows: written,
      facts: changes && facts ? facts.version : null,
      alongside: changes && alongside ? (tx) => alongside(tx, { state, facts: factData, events, version: after }) : undefined,
    });
    if (outcome === 'done') return new CommandResult(answer);
    const theirs = outcome === 'duplicate' ? await findAnswer(this.sql, ctx) : undefined;
    if (theirs) return new CommandResult(theirs, true);
    throw new ConflictError(streamId, version);
  }

  private checkMatch(ctx: CommandContext, version: number): void {
    if (ctx.ifMatch === undefined) return;
    const etags = ctx.ifMatch.split(',').map((etag) => etag.trim());
    if (etags.includes(this.etag(version)) || (etags.includes('*') && version > 0)) return;
    throw new DomainError('precondition-failed', `The current version is ${this.etag(version)}`, [{ field: 'If-Match', reason: `must be ${this.etag(version)}` }]);
  }

  private timeOf(ctx: CommandContext, occurredAt: string | undefined, notBefore: readonly NotBefore[], now: Date): string {
    if (occurredAt === undefined) return now.toISOString();
    if (!ctx.mayImport) throw new DomainError('occurred-at-not-allowed', 'occurredAt needs the import permission', [{ field: 'occurredAt', reason: 'needs the import permission' }]);
    const at = new Date(occurredAt);
    if (at > now) throw new DomainError('validation-failed', 'occurredAt lies in the future', [{ field: 'occurredAt', reason: 'must not lie in the future' }]);
    for (const bound of notBefore) {
      if (!(at >= new Date(bound.at))) {
        throw new DomainError('validation-failed', `occurredAt (${occurredAt}) lies before ${bound.what} (${bound.at})`, [{ field: 'occurredAt', reason: `must not be before ${bound.at}` }]);
      }
    }
    return at.toISOString();
  }
}
