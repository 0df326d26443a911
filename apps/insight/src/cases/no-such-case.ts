import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';

/** Its events may still be on their way. */
export const noSuchCaseYet = (): DomainError => new DomainError('not-found', say('no-such-case-yet'));
