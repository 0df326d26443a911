import { noSuchCase } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { loadFacts, requireReach } from '@lianban/service-kit';
import type { Caller } from '@lianban/service-kit';
import { clockFold } from '../clock-stream.js';
import type { SlaFacts } from '../domain/facts.js';

/**
 * The facts of a case, if the caller may read it.
 * @throws DomainError `not-found`, or `forbidden` for colleagues of other units
 */
export const readableFacts = async (sql: Tx, caseId: string, caller: Caller): Promise<SlaFacts> => {
  const { version, data: facts } = await loadFacts(sql, caseId, clockFold);
  if (version === 0) throw noSuchCase();
  requireReach(caller, { departments: Object.values(facts.workOrders).map(({ department }) => department), registeredBy: facts.registered?.by ?? null });
  return facts;
};
