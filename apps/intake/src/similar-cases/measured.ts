/** What is measured of finding the same demand, for the benchmark: the rows and the question, as the service writes and asks them. */
import { maskText } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { similarity } from '@lianban/similar-cases';
import type { Fingerprint } from '@lianban/similar-cases';
import type { IntakeCase } from '../domain/intake-case.js';
import { findCandidates, keepSimilarCases } from './similar-case-rows.js';

interface MadeUpDemand {
  readonly title: string;
  readonly description: string;
  readonly territory: string;
  readonly requester: string;
  readonly registeredAt: string;
}

export const keepMadeUp = (sql: Tx, demands: readonly MadeUpDemand[]): Promise<void> => keepSimilarCases(sql, demands.map(({ title, description, requester, ...rest }) => ({
  caseId: newId(), requester, state: { ...rest, title: maskText(title), description: maskText(description), location: null, endedAt: null } as unknown as IntakeCase,
})));

/** How alike each candidate is. */
export const likelyAmong = async (sql: Tx, fingerprint: Fingerprint, period: { readonly from: string; readonly to: string }): Promise<number[]> =>
  (await findCandidates(sql, { fingerprint, ended: false, ...period })).map((row) => similarity(fingerprint, row.fingerprint));
