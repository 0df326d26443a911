import { DomainError } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { say } from '@lianban/texts';
import type { CommandContext } from './command-context.js';
import { idsOf } from '../access/person-id.js';

/** A command's answer as it went out. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly etag: string;
  readonly token: string;
}

/** The stored answer of the same request, also one kept by a version that named callers by their account. @throws DomainError `idempotency-key-reused` when the key belongs to another request */
export const findAnswer = async (tx: Tx, ctx: CommandContext): Promise<Answer | undefined> => {
  if (!ctx.idempotencyKey) return undefined;
  const { rows } = await tx.query<{ request_hash: string; answer: Answer }>(
    'SELECT request_hash, answer FROM idempotency WHERE caller = ANY ($1) AND route = $2 AND key = $3', [idsOf(ctx.actor), ctx.route, ctx.idempotencyKey]);
  if (rows[0] && rows[0].request_hash !== ctx.requestHash) {
    throw new DomainError('idempotency-key-reused', say('key-of-another-request'), [{ field: 'Idempotency-Key', reason: say('was-used-before') }]);
  }
  return rows[0]?.answer;
};

/** Keeps the answer of a request that is several commands, each with a commit of its own. Whoever comes second keeps nothing. */
export const keepAnswer = async (tx: Tx, ctx: CommandContext, answer: Answer): Promise<void> => {
  if (!ctx.idempotencyKey) return;
  await tx.query('INSERT INTO idempotency (caller, route, key, request_hash, answer) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [ctx.actor.id, ctx.route, ctx.idempotencyKey, ctx.requestHash, JSON.stringify(answer)]);
};

/** In portions, so that no transaction stays open long. */
export const forgetOldAnswers = async (tx: Tx, portion = 5_000): Promise<void> => {
  for (let removed: number | null = portion; removed === portion;) {
    ({ rowCount: removed } = await tx.query(
      `DELETE FROM idempotency WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency WHERE created_at < now() - interval '7 days' LIMIT $1))`, [portion]));
  }
};
