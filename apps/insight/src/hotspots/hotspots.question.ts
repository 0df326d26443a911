/** What gathers where: groups of demands that are likely the same, as figures. Pure. */
import { gather, sharedWords, similarity } from '@lianban/similar-cases';
import type { ComparedCase, Likeness } from '@lianban/similar-cases';
import { chinaDayOf } from '@lianban/texts';

export interface HotspotCase extends ComparedCase {
  readonly caseNo: string | null;
  readonly title: string;
  readonly status: string;
  readonly department: string | null;
}

export interface Hotspot {
  /** Of the case that is most like the others. */
  readonly title: string;
  /** What most titles say. */
  readonly words: readonly string[];
  readonly cases: number;
  readonly open: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** Registered in the last 7 days of the period, and in the 7 days before. */
  readonly lastWeek: number;
  readonly weekBefore: number;
  readonly trend: 'rising' | 'steady' | 'falling';
  readonly days: readonly { readonly day: string; readonly cases: number }[];
  readonly territories: readonly { readonly code: string; readonly cases: number }[];
  readonly departments: readonly { readonly code: string; readonly cases: number }[];
  readonly members: readonly HotspotCase[];
}

const ended: ReadonlySet<string> = new Set(['refused', 'withdrawn', 'merged', 'closed']);
const week = 7 * 86_400_000;
/** Enough to tell which is in the middle. */
const looked = 50;

export const hotspots = (cases: readonly HotspotCase[], likeness: Likeness & { readonly leastCases: number }, samePlace: (one: string, other: string) => boolean, until: number): Hotspot[] =>
  gather(cases, likeness, samePlace).filter(({ length }) => length >= likeness.leastCases).map((members) => {
    const middle = mostAlike(members);
    const [lastWeek, weekBefore] = [1, 2].map((weeks) => members.filter(({ at }) => at > until - weeks * week && at <= until - (weeks - 1) * week).length) as [number, number];
    return {
      title: middle.title, words: commonWords(middle, members), cases: members.length, open: members.filter(({ status }) => !ended.has(status)).length,
      firstAt: new Date(members[0]!.at), lastAt: new Date(members.at(-1)!.at), lastWeek, weekBefore,
      trend: lastWeek > weekBefore ? 'rising' : lastWeek < weekBefore ? 'falling' : 'steady',
      days: counted(members, ({ at }) => chinaDayOf(new Date(at).toISOString())).map(([day, count]) => ({ day, cases: count })).sort((a, b) => (a.day < b.day ? -1 : 1)),
      territories: most(counted(members, ({ place }) => place)), departments: most(counted(members, ({ department }) => department)),
      members,
    };
  });

const mostAlike = (members: readonly HotspotCase[]): HotspotCase => {
  const some = members.slice(0, looked);
  const scores = some.map((one) => some.reduce((sum, other) => sum + similarity(one.fingerprint, other.fingerprint), 0));
  return some[scores.indexOf(Math.max(...scores))]!;
};

const commonWords = (middle: HotspotCase, members: readonly HotspotCase[]): string[] => {
  const found = new Map<string, number>();
  for (const { title } of members.slice(0, looked)) for (const word of sharedWords(middle.title, title)) found.set(word, (found.get(word) ?? 0) + 1);
  const half = Math.min(members.length, looked) / 2;
  return [...found].filter(([, count]) => count >= half && count > 1).sort((a, b) => b[1] - a[1] || b[0].length - a[0].length).map(([word]) => word).slice(0, 5);
};

const counted = <Key extends string>(members: readonly HotspotCase[], keyOf: (one: HotspotCase) => Key | null): [Key, number][] => {
  const counts = new Map<Key, number>();
  for (const one of members) {
    const key = keyOf(one);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts];
};
const most = (counts: readonly [string, number][]): { code: string; cases: number }[] =>
  [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([code, cases]) => ({ code, cases }));
