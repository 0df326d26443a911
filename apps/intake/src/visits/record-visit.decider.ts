import { DomainError, refusedField } from '@lianban/contracts';
import type { MaskedText, Post, Role } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Visit, VisitEvent, VisitState } from '../domain/visit.js';

const dayMs = 86_400_000;

/**
 * Who visits may enter it later without the import permission, up to the days of the rule. `when` is the visit, `now` the entry.
 * @throws DomainError `validation-failed` for one that is too old
 */
export const requireEnteredInTime = (when: string, now: string, lateDays: number): void => {
  if (Date.parse(now) - Date.parse(when) > lateDays * dayMs) throw refusedField('occurredAt', say('visit-too-late', { days: lateDays }));
};

const postsOf: Partial<Readonly<Record<Role, readonly Post[]>>> = { grid: ['grid-worker', 'building-head', 'park-head'], specialist: ['specialist'] };

export interface Visitor {
  readonly post: Post;
  readonly portfolio: string | null;
}

/** In which post somebody visits: as they say, or the first that their role has. @throws DomainError `validation-failed` */
export const visitorOf = (role: Role, said: { readonly post?: Post | undefined; readonly portfolio?: string | undefined }, portfolios: readonly string[]): Visitor => {
  const allowed = postsOf[role];
  const post = said.post ?? allowed?.[0];
  if (post === undefined) throw refusedField('post', say('post-needed'));
  if (allowed && !allowed.includes(post)) throw refusedField('post', say('post-of-another-role', { role, allowed }));
  if (post !== 'specialist' && said.portfolio !== undefined) throw refusedField('portfolio', say('portfolio-of-specialists'));
  if (post === 'specialist' && !portfolios.includes(said.portfolio ?? '')) throw refusedField('portfolio', say('portfolio-needed', { allowed: portfolios }));
  return { post, portfolio: said.portfolio ?? null };
};

export interface RecordVisit extends Omit<Visit, 'note' | 'caseIds'> {
  readonly note: MaskedText | null;
  readonly caseIds: readonly string[];
}

/** @throws DomainError `validation-failed` when demands are said to be found where nobody was met */
export const recordVisit = (state: VisitState, { caseIds, ...visit }: RecordVisit): VisitEvent[] => {
  if (state !== null) throw new DomainError('state-conflict', say('visit-recorded-already'));
  if (!visit.met && caseIds.length > 0) throw refusedField('demands', say('no-demands-where-nobody-was-met'));
  return [{ type: 'lianban.visit.recorded.v1', data: { ...visit, caseIds: [...caseIds] } }];
};
