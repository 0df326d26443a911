import { ConflictError, NotConnected } from '@lianban/event-store';

/** The offset row was not where this consumer left it, so it has lost the partition. Its work was rolled back. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** A race that a new transaction may win: a lost append, a serialization failure, a deadlock. */
export const isLostRace = (error: unknown): boolean =>
  error instanceof ConflictError || ['40001', '40P01'].includes((error as { code?: string }).code ?? '');

/** The database can't be reached or can't work right now. No event is to blame, so we retry and never park. */
export const isDatabaseAway = (error: unknown): boolean => {
  if (error instanceof NotConnected) return true;
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  // Connection, resources (a full disk, too many connections), shutdown, input/output, a session that stood still too long; and a standby that takes no writes yet.
  return /^(08|53|57P0|58|25006|25P0[34])/.test(code) || /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/.test(code)
    || /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Client has encountered a connection error|Cannot use a pool after calling end/.test(message);
};
