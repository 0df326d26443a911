/** What the read side shows of the fed cases. */
import { pageThrough, type CaseRow, type LianbanClient, type RatesItem } from '../client/index.js';

export interface ReadModelOutcome {
  /** Events of the fed cases, all services together; null when the rows do not tell. */
  readonly events: number | null;
  readonly rates: RatesItem | null;
  /** Cases with an event that could not be handled and waits for an operator, over all services; null when readiness does not tell. */
  readonly parked: number | null;
  /** Fed cases that the read model does not show as ended. */
  readonly notEnded: number;
}

const finalStatuses: readonly string[] = ['closed', 'refused', 'withdrawn', 'merged'];
const patienceMs = 60_000;

/** Waits, within bounds, until all but `leftOpen` of the cases have ended there; then asks for the figures. */
export const lookAtReadModel = async (
  analyst: LianbanClient, caseIds: readonly string[], leftOpen: number, log: (line: string) => void,
): Promise<ReadModelOutcome> => {
  const fed = new Set(caseIds);
  const deadline = Date.now() + patienceMs;
  let rows: CaseRow[] = [];
  let notEnded = caseIds.length;
  while (caseIds.length > 0) {
    const all = await pageThrough((cursor) => analyst.insightCases({ limit: 500, cursor }));
    rows = all.filter((row) => fed.has(row.caseId));
    notEnded = caseIds.length - rows.filter((row) => finalStatuses.includes(row.status)).length;
    if (notEnded <= leftOpen || Date.now() > deadline) break;
    log(`the read model shows ${caseIds.length - notEnded} of ${caseIds.length} cases as ended`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  const events = rows.map((row) => row.events).filter((count) => typeof count === 'number');
  return {
    notEnded,
    events: rows.length > 0 && events.length === rows.length ? events.reduce((sum, count) => sum + count, 0) : null,
    rates: await analyst.rates().then(({ body }) => body.items[0] ?? null, () => null),
    parked: await analyst.ready().then(({ body }) => parkedIn(body), () => null),
  };
};

/** Sums every number named `parkedCases` in the readiness answer, wherever it stands. */
export const parkedIn = (health: unknown): number | null => {
  if (typeof health !== 'object' || health === null) return null;
  const found = Object.entries(health)
    .map(([name, value]) => (name === 'parkedCases' && typeof value === 'number' ? value : parkedIn(value)))
    .filter((count) => count !== null);
  return found.length > 0 ? found.reduce((sum, count) => sum + count, 0) : null;
};
