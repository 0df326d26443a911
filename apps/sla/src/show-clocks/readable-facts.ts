import { DomainError } from '@lianban/contracts';
import type { Actor } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { isSamePerson, loadFacts } from '@lianban/service-kit';
import { currentFacts, initialFacts } from '../domain/facts.js';
import type { SlaFacts } from '../domain/facts.js';

/**
 * What sla knows of a case, for somebody who may look at it.
 * @throws DomainError `not-found`, or `forbidden` for a requester whose case it is not
 */
export const readableFacts = async (sql: Tx, caseId: string, actor: Actor): Promise<SlaFacts> => {
  const facts = await loadFacts(sql, caseId, initialFacts);
  if (facts.version === 0) throw new DomainError('not-found', 'No such case is known here');
  if (actor.role === 'requester' && !isSamePerson({ actor }, facts.data.registered?.by)) {
    throw new DomainError('forbidden', 'This case was registered by someone else');
  }
  return currentFacts(facts.data);
};
