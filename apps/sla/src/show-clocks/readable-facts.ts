import type { Tx } from '@lianban/event-store';
import { loadFacts, noSuchCase, requireReach } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { currentFacts, initialFacts } from '../domain/facts.js';
import type { SlaFacts } from '../domain/facts.js';

/**
 * What sla knows of a case, for somebody who may read it.
 * @throws DomainError `not-found`, or `forbidden` for colleagues of other units
 */
export const readableFacts = async (sql: Tx, caseId: string, caller: Caller): Promise<SlaFacts> => {
  const { version, data } = await loadFacts(sql, caseId, initialFacts);
  if (version === 0) throw noSuchCase();
  const facts = currentFacts(data);
  requireReach(caller, { departments: Object.values(facts.workOrders).map(({ department }) => department), registeredBy: facts.registered?.by ?? null });
  return facts;
};
