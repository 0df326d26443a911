import { appendArguments, appendConflicts, committed, groupOptions, inGroups, inTransaction, isRolledBack, lockTimeout, markAppending, measured, together } from '@lianban/event-store';
import type { GroupOptions, PreparedAppend, Tx } from '@lianban/event-store';
import { isDatabaseAway } from '@lianban/kafka';
import pg from 'pg';
import type { CommandContext } from './command-context.js';
import { byWriter } from './decide-on.js';
import type { RowToWrite } from './decide-on.js';
import type { Answer } from './idempotency.js';
import { idsOf } from '../access/person-id.js';

/** A command that has decided, with all that is to be written for it or not at all. */
export interface DecidedCommand {
  readonly ctx: CommandContext;
  readonly append: PreparedAppend;
  /** Version of the facts it was decided on; null: on none. */
  readonly facts: number | null;
  /** Kept under the caller's Idempotency-Key, if there is one. */
  readonly answer: Answer;
  /** Rows of the service, in the same transaction; those of all commands of a group go to each writer together. */
  readonly rows?: readonly RowToWrite[];
  /** Its own part of that transaction. */
  readonly alongside?: ((tx: Tx) => Promise<void>) | undefined;
}

/** `conflict`: the stream or the facts have changed, decide again. `duplicate`: the key has an answer, be it of another request. Neither has written anything. */
export type CommitOutcome = 'done' | 'conflict' | 'duplicate';

const statement = `SELECT commit_commands($1, $2, $3, $4, $5, $6) AS outcomes FROM set_config('lock_timeout', $7, true)`;

const argumentsOf = (commands: readonly DecidedCommand[]): unknown[] => {
  const [streams, expected, added, events] = appendArguments(commands.map(({ append }) => append));
  const keys = commands.flatMap(({ ctx, answer }, index) => {
    if (ctx.idempotencyKey === undefined) return [];
    const [caller, account] = idsOf(ctx.actor);
    return [{ command: index + 1, caller, account, route: ctx.route, key: ctx.idempotencyKey, hash: ctx.requestHash, answer }];
  });
  return [streams, expected, added, commands.map(({ facts }) => facts), JSON.stringify(keys), events];
};

const isDone = (outcomes: readonly CommitOutcome[]) => (_: unknown, index: number): boolean => outcomes[index] === 'done';

/** A database that is away says nothing about whether it has committed; and asking again for each would only make it worse. */
const isUndone = (error: unknown): boolean => !isDatabaseAway(error) && (isRolledBack(error) || !(error instanceof pg.DatabaseError));

/**
 * Commits decided commands, those of all callers that wait at the same moment in one transaction: a statement of its own where there are
 * only events and answers to write. Resolves when it is on disk.
 * @throws Overloaded, and errors of the database; `isBusy` ones when the case stayed locked
 */
export const commandCommitter = (pool: pg.Pool, options: Partial<GroupOptions> = {}): ((command: DecidedCommand) => Promise<CommitOutcome>) =>
  inGroups(async (commands: readonly DecidedCommand[], alone): Promise<readonly CommitOutcome[]> => {
    const ask = async (on: { query: pg.Pool['query'] }): Promise<CommitOutcome[]> => {
      const { rows } = await on.query<{ outcomes: CommitOutcome[] }>({ name: 'commit-commands', text: statement, values: [...argumentsOf(commands), lockTimeout(alone)] });
      const outcomes = rows[0]?.outcomes ?? [];
      appendConflicts.inc(outcomes.filter((outcome) => outcome === 'conflict').length);
      return outcomes;
    };
    const written = (outcomes: readonly CommitOutcome[]) => commands.filter(isDone(outcomes)).flatMap(({ append }) => append.records);

    if (commands.every(({ rows = [], alongside }) => rows.length === 0 && alongside === undefined)) {
      const outcomes = await measured(() => ask(pool));
      committed(pool, written(outcomes));
      return outcomes;
    }
    return inTransaction(pool, async (tx) => {
      markAppending(tx);
      const outcomes = await ask(tx as unknown as pg.Pool);
      markAppending(tx, written(outcomes));
      const done = commands.filter(isDone(outcomes));
      await together(tx, [...done.flatMap(({ alongside }) => (alongside ? [async () => alongside(tx)] : [])), ...[...byWriter(done.flatMap(({ rows = [] }) => rows))].map(([writer, items]) => async () => writer(tx, items))]);
      return outcomes;
    });
  }, { ...groupOptions, isUndone, ...options });
