/** How often the first proposed department is the one that the reply names. Replies that name none, or several, are not counted. */
import { labelReply } from '@lianban/routing';
import type { FeedMessage } from './message.js';

export interface DispatchedMessage { readonly message: Pick<FeedMessage, 'title' | 'text' | 'reply'>; /** Best first. */ readonly departments: readonly string[] }
export interface DepartmentHits { readonly department: string; readonly labelled: number; readonly hits: number }

export const hitsOf = (dispatched: readonly DispatchedMessage[]) => {
  const counts = new Map<string, { labelled: number; hits: number }>();
  for (const { message, departments } of dispatched) {
    const named = labelReply(message)?.department;
    if (named === undefined) continue;
    const { labelled, hits } = counts.get(named) ?? { labelled: 0, hits: 0 };
    counts.set(named, { labelled: labelled + 1, hits: hits + (departments[0] === named ? 1 : 0) });
  }
  const byDepartment: DepartmentHits[] = [...counts].map(([department, count]) => ({ department, ...count })).sort((a, b) => b.labelled - a.labelled || (a.department < b.department ? -1 : 1));
  const sum = (what: 'labelled' | 'hits') => byDepartment.reduce((total, one) => total + one[what], 0);
  return { labelled: sum('labelled'), hits: sum('hits'), byDepartment };
};
