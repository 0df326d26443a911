import { DomainError } from '@lianban/contracts';
import type { EventEnvelope, Source } from '@lianban/contracts';
import { ConflictError, inSpan, isBusy } from '@lianban/event-store';
import type { AppendMeta, EventStore, NewEvent, Tx } from '@lianban/event-store';
import { isLostRace } from '@lianban/kafka';
import { say } from '@lianban/texts';
import type pg from 'pg';
import { factsFrom } from './aggregate.js';
import type { Aggregate, Change, WriteRows } from './aggregate.js';
import { byCommand } from './append-meta.js';
import { loadFacts, lockFacts } from './case-facts.js';
import type { CommandContext } from './command-context.js';
import { commandCommitter } from './commit-commands.js';
import type { CommitOutcome, DecidedCommand } from './commit-commands.js';
import { writeToken } from '../events/consistency-tokens.js';
import { decideOn, rowsOf, standingOf, untilWon, writeDecisions } from './decide-on.js';
import { requireInOrder, requireMayGive } from './given-time.js';
import { findAnswer } from './idempotency.js';
import type { Answer } from './idempotency.js';
import { commandRetries } from '../process/metrics.js';

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
  readonly stream: Aggregate<State, Facts>;
  /** Pure. `[]` means it is already so. Throws DomainError for a broken rule. `at` is when the command happened, ISO 8601. */
  decide(input: { state: State; facts: Facts; version: number; at: string }): readonly NewEvent[];
  /** Rows that do not follow from the new events alone, such as the original of a masked text; those that do are the stream's. */
  rows?(change: Change<State, Facts>, write: WriteRows): void;
  /** A second stream of the kind, changed in the same transaction. */
  readonly second?: SecondStream<State, Facts> | undefined;
  /** What else has to be read and decided in the same transaction. */
  alongside?(tx: Tx, change: Change<State, Facts>): Promise<void>;
  /** Streams written beside it that the answer's consistency token shall cover too. */
  covers?(change: Change<State, Facts>): readonly { readonly streamId: string; readonly version: number }[];
  /** The answer's body. */
  respond(change: Change<State, Facts>): object;
}

/** A case that changes with another one, by one command: both or neither. */
export interface SecondStream<State, Facts> {
  /** As the command's first event names it. */
  idIn(first: EventEnvelope): string;
  /** Pure. `first` is the case the command was given to, as it is now. */
  decide(input: { state: State; facts: Facts; first: State }): readonly NewEvent[];
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

export class CommandBus {
  private readonly sql: Tx;

  constructor(
    private readonly source: Source,
    pool: pg.Pool,
    private readonly store: EventStore,
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
    try {
      return await untilWon(() => this.attempt(spec), () => commandRetries.inc({ route: spec.ctx.route }));
    } catch (error) {
      if (isBusy(error)) throw new DomainError('concurrent-change', say('kept-locked'));
      if (isLostRace(error)) throw new DomainError('concurrent-change', say('others-keep-changing'));
      throw error;
    }
  }

  private async attempt<State, Facts>(spec: CommandSpec<State, Facts>): Promise<CommandResult> {
    const { ctx, streamId, isNew = false, status = 200, occurredAt, stream, decide, second, alongside, covers, respond } = spec;
    const [known, stored, history] = isNew ? [undefined, undefined, []] : await Promise.all([
      findAnswer(this.sql, ctx),
      stream.facts && loadFacts(this.sql, streamId, stream),
      this.store.read(streamId),
    ]);
    if (known) return new CommandResult(known, true);
    const before = standingOf(stream, streamId, history, stored ? stored.data : factsFrom(stream, undefined));
    const now = this.now();
    const make = () => {
      this.checkMatch(ctx, before.version);
      if (occurredAt !== undefined) {
        requireMayGive(ctx, occurredAt, now);
        requireInOrder(stream, history, before.facts, occurredAt);
      }
      const at = (occurredAt === undefined ? now : new Date(occurredAt)).toISOString();
      const meta = byCommand(ctx, at, now);
      return { meta, decision: decideOn(this.store, stream, before, () => decide({ ...before, at }), meta) };
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
    const { meta, decision } = made;
    const answer: Answer = {
      status,
      body: respond(decision),
      etag: this.etag(decision.version),
      token: [{ streamId, version: decision.version }, ...(covers?.(decision) ?? [])].map((seen) => writeToken({ source: this.source, ...seen }, this.consistencySecret)).join(','),
    };
    const changes = decision.events.length > 0;
    if (!changes && ctx.idempotencyKey === undefined) return new CommandResult(answer);
    const beside = [
      ...(second ? [(tx: Tx) => this.changeSecond(tx, spec, second, decision, meta)] : []),
      ...(alongside ? [(tx: Tx) => alongside(tx, decision)] : []),
    ];
    const outcome = await this.commit({
      ctx, append: decision.append, answer,
      rows: changes ? [...decision.rows, ...rowsOf((write) => spec.rows?.(decision, write))] : [],
      facts: changes && stored ? stored.version : null,
      alongside: changes && beside.length > 0 ? async (tx) => { for (const work of beside) await work(tx); } : undefined,
    });
    if (outcome === 'done') return new CommandResult(answer);
    const theirs = outcome === 'duplicate' ? await findAnswer(this.sql, ctx) : undefined;
    if (theirs) return new CommandResult(theirs, true);
    throw new ConflictError(streamId, before.version);
  }

  /**
   * Decides on the second stream in the transaction of the first. Its facts are locked, so that an event heard meanwhile counts either before or after.
   * @throws ConflictError when someone else writes it: the command starts again
   */
  private async changeSecond<State, Facts>(
    tx: Tx, { occurredAt, stream }: CommandSpec<State, Facts>, second: SecondStream<State, Facts>, first: Change<State, Facts>, meta: AppendMeta,
  ): Promise<void> {
    const streamId = second.idIn(first.events[0] as EventEnvelope);
    const facts = factsFrom(stream, (await lockFacts(tx, [streamId])).get(streamId));
    const history = await this.store.read(streamId, tx);
    if (occurredAt !== undefined) requireInOrder(stream, history, facts, occurredAt, say('last-event-of-other-case'));
    const decision = decideOn(this.store, stream, standingOf(stream, streamId, history, facts), (before) => second.decide({ ...before, first: first.state }), meta);
    await writeDecisions(this.store, tx, [decision]);
  }

  private checkMatch(ctx: CommandContext, version: number): void {
    if (ctx.ifMatch === undefined) return;
    const etags = ctx.ifMatch.split(',').map((etag) => etag.trim());
    if (etags.includes(this.etag(version)) || (etags.includes('*') && version > 0)) return;
    throw new DomainError('precondition-failed', say('version-is', { etag: this.etag(version) }), [{ field: 'If-Match', reason: say('must-be', { value: this.etag(version) }) }]);
  }
}
