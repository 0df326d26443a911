/** What happens to a case in a fault run: whole lives as scripts, some of them with two people at it at once. */
import type { RegisterCase } from '@lianban/tools/client/index';
import type { CaseScript, Step } from '@lianban/tools/cases/case-script';
import type { Chance } from '@lianban/tools/feed/chance';

export interface Told { readonly register?: Partial<CaseScript['register']>; readonly steps: readonly Step[] }
type Life = (chance: Chance) => Told;

const departments = ['housing', 'fire-rescue', 'urban-management', 'market-regulation', 'landscaping', 'water-company'] as const;
/** Cases of this category have these milestones, by the policies that come with the product. */
const illegalConstruction = { category: '城乡建设/城乡规划/违章建筑', milestones: ['stop', 'punish', 'demolish'] } as const;

export const demand: RegisterCase = {
  title: '故障演练', description: '东门外两盏路灯坏了半个月。', channel: 'hotline', territory: 'riverside-grid-01', requester: { kind: 'resident', name: '演练居民' },
};

const together = (...branches: readonly (readonly Step[])[]): Step => ({ do: 'together', branches });
const wait = (ms: number): Step => ({ do: 'wait', ms: Math.max(0, ms) });
const contact: Step = { do: 'contact' };
const look: Step = { do: 'look' };
const accept = (chance: Chance, on?: string): Step => ({ do: 'accept', on, level: chance.pick('level', ['simple', 'general', 'urgent']) });
const dispatch = (lead: string, assist: readonly string[] = [], on?: string): Step => ({ do: 'dispatch', on, lead, assist });
const callBack = (round: number, satisfied: boolean, more: { on?: string; of?: string } = {}): Step => ({
  do: 'call-back', round, ...more, ...(satisfied ? { reached: true, resolved: true, satisfaction: 5 } : { reached: true, resolved: false, satisfaction: 1, unitAtFault: true }),
});
/** Signs and completes, sometimes with a word in between; `by` nobody in particular is the lead. */
const handled = (chance: Chance, round: number, by?: string, on?: string): Step[] => [
  { do: 'sign', by, round, on },
  ...(chance.of(`${by} ${round} ${on}: progresses`) < 0.3 ? [{ do: 'progress', by, round, on, note: '正在处理' } as const] : []),
  { do: 'complete', by, round, on, result: '已处理。' },
];
const leadOf = (chance: Chance) => chance.pick('lead', departments);
const others = (lead: string, count: number) => departments.filter((each) => each !== lead).slice(0, count);

const untilAnswered = (chance: Chance): Step[] => {
  const lead = leadOf(chance);
  const assist = others(lead, chance.of('assisted') < 0.4 ? 1 : 0);
  return [contact, accept(chance), dispatch(lead, assist), ...assist.flatMap((by) => handled(chance, 1, by)), ...handled(chance, 1), look];
};
/** The case ends while others are at work on it. */
const untilWithdrawn = (chance: Chance): Step[] => {
  const lead = leadOf(chance);
  return [accept(chance), dispatch(lead, others(lead, chance.of('assisted') < 0.5 ? 2 : 0)), together(handled(chance, 1), [wait(chance.of('when') * 400), { do: 'withdraw' }]), look];
};
/** Sometimes two clerks at once, of whom one wins. */
const reopen = (chance: Chance): Step => together(...(chance.of('reopened by two') < 0.3 ? [1, 2] : [1]).map((): Step[] => [{ do: 'reopen', reason: '路灯又不亮了。' }]));
/** A second life, by whichever department: another round, to its end. */
const handledAgain = (chance: Chance): Step[] => [reopen(chance), dispatch(chance.pick('lead2', departments)), ...handled(chance, 2), callBack(2, true), { do: 'await-closing' }, look];

const tornDown = (chance: Chance, round: number): Step[] => [
  dispatch('urban-management'), { do: 'sign', round },
  ...illegalConstruction.milestones.flatMap((milestone): Step[] => {
    const reached: Step[] = [{ do: 'milestone', milestone, round }];
    // Some of them nobody reaches, and some two report at once.
    if (chance.of(`${milestone}${round}: never`) < 0.15) return [];
    return chance.of(`${milestone}${round}: by two`) < 0.4 ? [together(reached, reached)] : reached;
  }),
  { do: 'complete', round, result: '已拆除。' }, callBack(round, true), { do: 'await-closing' }, look,
];

const joining = 'joining';
/** Two demands about one thing, the second merged while the first is handled or waits for its call-back; sometimes it was another thing after all. */
const merging: Life = (chance) => {
  const isAnother = chance.of('another after all') < 0.4;
  const merge: Step[] = [wait(chance.of('merged when') * 400), { do: 'merge', on: joining, reason: '同一件事。' }];
  const another: Step[] = [accept(chance, joining), dispatch('housing', [], joining), ...handled(chance, 1, undefined, joining), callBack(1, true, { on: joining }), { do: 'await-closing', on: joining }];
  return {
    steps: [
      { do: 'register', on: joining, ...demand }, accept(chance), dispatch(leadOf(chance)),
      together(handled(chance, 1), isAnother ? [...merge, wait(chance.of('unmerged when') * 600), { do: 'unmerge', on: joining }] : merge),
      callBack(1, true), ...(isAnother ? another : [callBack(1, chance.of('settled') < 0.7, { of: joining })]), look, { do: 'look', on: joining },
    ],
  };
};

/** Two clerks, two coordinators, two callers: of each pair one wins. */
const contested: Life = (chance) => ({
  steps: [
    together([{ do: 'accept', level: 'simple' }], [chance.of('refuses') < 0.3 ? { do: 'refuse', reason: 'malicious', text: '恶意诉求。' } : { do: 'accept', level: 'general' }], [contact]),
    together([dispatch('housing')], [dispatch('landscaping')]),
    together(handled(chance, 1), handled(chance, 1)),
    together([callBack(1, true)], [callBack(1, false)]),
  ],
});

/** Entered later than it happened: the clocks are overdue when they start, and breach once the case has been quiet. */
const imported: Life = (chance) => ({
  register: { at: new Date(Date.now() - (1 + chance.of('days') * 20) * 86_400_000).toISOString() },
  steps: [...untilAnswered(chance), ...(chance.of('called back') < 0.6 ? [callBack(1, true)] : [])],
});

/** The contact clock of an urgent case runs out within seconds: its timer races with the clerk, who wins or does not. */
const overdue: Life = (chance) => {
  const dueInMs = 2_000 + chance.of('due') * 12_000;
  return {
    register: { urgency: 'urgent', at: new Date(Date.now() + dueInMs - 30 * 60_000).toISOString() },
    steps: chance.of('contacts') < 0.5 ? [wait(dueInMs - 150 + chance.of('just when') * 300), contact] : [],
  };
};

/** Stands still until a review seconds ahead, at which it wakes by itself, unless somebody is faster; meanwhile it is rated anew, raised, and given more time. */
const held: Life = (chance) => {
  const forMs = 2_000 + chance.of('hold') * 4_000;
  const maybe = (question: string, share: number, step: Step): Step[] => (chance.of(question) < share ? [step] : []);
  return {
    steps: [
      accept(chance), dispatch(leadOf(chance)), { do: 'sign', round: 1 }, { do: 'hold', round: 1, reason: 'waiting-for-others', forMs },
      together(
        [wait(forMs - 200 + chance.of('just when') * 400), ...maybe('resumes', 0.6, { do: 'resume', round: 1 })],
        [wait(chance.of('rated when') * 3_000), { do: 're-rate', level: 'complex', reason: '比预想复杂。' }],
        [wait(chance.of('raised when') * forMs), ...maybe('raises', 0.5, { do: 'escalate', toTier: 'subdistrict', reason: '需上级协调。' })],
        [wait(chance.of('longer when') * 3_000), { do: 'extend', round: 1, workingDays: 0.5, reason: '等待配件。' }],
      ),
      { do: 'complete', round: 1, result: '已处理。' }, callBack(1, true), look,
    ],
  };
};

const wholeLife: Life = (chance) => ({ steps: [...untilAnswered(chance), callBack(1, true), look] });
const reopened: Life = (chance) => ({ steps: [...untilAnswered(chance), callBack(1, true), { do: 'await-closing' }, ...handledAgain(chance)] });
const takenBack: Life = (chance) => ({ steps: [...untilWithdrawn(chance), ...handledAgain(chance)] });
/** Has milestones. It may be built again, and has them anew. */
const illegalBuilding: Life = (chance) => ({
  register: { category: illegalConstruction.category },
  steps: [accept(chance), ...tornDown(chance, 1), ...(chance.of('built again') < 0.4 ? [reopen(chance), ...tornDown(chance, 2)] : [])],
});

/** How often each is drawn. */
export const lives: readonly (readonly [weight: number, name: string, life: Life])[] = [
  [5, 'whole life', wholeLife],
  [2, 'rework', (chance) => ({ steps: [...untilAnswered(chance), callBack(1, false), ...handled(chance, 2), callBack(2, true)] })],
  [2, 'return', (chance) => {
    const [first, second] = chance.of('swap') < 0.5 ? ['housing', 'landscaping'] : ['fire-rescue', 'housing'];
    return { steps: [accept(chance), dispatch(first), { do: 'return', by: first, round: 1, reason: '不属本单位职责', suggestedDepartment: second }, dispatch(second), ...handled(chance, 1, second), callBack(1, true)] };
  }],
  [1, 'refusal', () => ({ steps: [{ do: 'refuse', reason: 'in-legal-procedure', text: '已在诉讼中。' }, look] })],
  [1, 'on the spot', () => ({ steps: [{ do: 'handle-on-the-spot', result: '当场办结。' }, look] })],
  [2, 'withdrawal', (chance) => ({ steps: untilWithdrawn(chance) })], [3, 'contested', contested], [2, 'import', imported], [2, 'overdue', overdue], [2, 'hold', held],
  [2, 'reopening', reopened], [2, 'reopening of what was withdrawn', takenBack], [2, 'milestones', illegalBuilding], [2, 'merging', merging],
];

export const drawLife = (chance: Chance): readonly [name: string, life: Life] => {
  let at = chance.of('which life') * lives.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, name, life] of lives) if ((at -= weight) < 0) return [name, life];
  return ['whole life', wholeLife];
};

/** Lives that have to succeed step by step once everything is well again. */
export const plainLives: readonly Life[] = [wholeLife, wholeLife, reopened, takenBack, illegalBuilding, merging];
