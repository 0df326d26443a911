import { render, say } from '@lianban/texts';
import type { FieldRefusal, Message, problemTitles } from '@lianban/texts';

/** Every error code a caller can meet. It is stable: clients may branch on it. The HTTP status belongs to `service-kit`; the domain throws codes only. */
export type ProblemCode = keyof typeof problemTitles;

/** A broken rule, in no language: whoever reads it chooses. `message` is its English text, for the log. One filter in `service-kit` makes problem details of it. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly code: ProblemCode,
    readonly detail: Message,
    readonly errors: readonly FieldRefusal[] = [],
  ) {
    super(render(detail, 'en'));
  }
}

export const noSuchCase = (): DomainError => new DomainError('not-found', say('no-such-case'));

/** The first ones say what is wrong; a text of all would let a small request ask for a large answer. */
const mostInText = 10;

/** One refusal for fields that are not as they must be. */
export const refusedFields = (errors: readonly FieldRefusal[]): DomainError =>
  new DomainError('validation-failed', say('fields-refused', { errors: errors.slice(0, mostInText) }), errors);

export const refusedField = (field: string, reason: Message): DomainError => refusedFields([{ field, reason }]);
