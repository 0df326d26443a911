/**
 * What one message's way through the system looks like: a pure function of the message, so that playing it twice sends the same.
 *
 * Known from the message: when it was submitted, when the city replied, and both texts. Everything between and after is *assumed*:
 * times from the seeded rules below, outcomes from seeded shares. The real reply is the first answer of the lead, so the time the
 * city took stays what it was; call-back and rework come after it.
 */
import { decide } from '@lianban/scoring';
import type { CaseScript, Step } from '../cases/case-script.js';
import { chanceOf, type Chance } from './chance.js';
import type { FeedMessage } from './message.js';
import type { Rules } from './rules.js';

export type Ending = 'closed' | 'on-the-spot' | 'refused';
export interface PlannedCase {
  readonly script: CaseScript;
  readonly ending: Ending;
  readonly reworked: boolean;
  /** Names of the texts that were longer than the API takes. */
  readonly cut: readonly string[];
}

const minute = 60_000;
const hour = 60 * minute;

/** The assumptions, in one place. Shares are of 1. */
export const assumptions = {
  contactInTime: 0.86,
  acceptMinutes: [5, 60],
  dispatchMinutes: [10, 180],
  signMinutes: [10, 360],
  /** The first steps take at most this share of the time to the reply. */
  beginningShare: 0.6,
  progress: 0.5,
  assist: 0.4,
  onTheSpotWithinHours: 24,
  onTheSpot: 0.4,
  refused: 0.5,
  reached: 0.93,
  resolved: 0.86,
  unitAtFault: 0.5,
  callBackHours: [1, 30],
  reworkSignHours: [1, 6],
  reworkDays: [0.5, 4],
} as const;

const limits = { title: 200, description: 10_000, result: 20_000 } as const;
const refusalWords = ['法院', '诉讼', '仲裁', '已起诉', '判决'];
const firmWords = ['我公司', '本公司', '我司', '我们公司', '本企业', '我厂'];

const between = ([from, to]: readonly [number, number], share: number) => from + (to - from) * share;
const iso = (ms: number) => new Date(Math.round(ms / 1000) * 1000).toISOString();

const loneSurrogates = /\p{Surrogate}/gu;

/** Cuts without leaving half of a surrogate pair, and drops what a database text can't hold. */
const fit = (text: string, field: keyof typeof limits, cut: string[]): string => {
  const clean = text.replaceAll('\u0000', '').replace(loneSurrogates, '\uFFFD');
  if (clean.length <= limits[field]) return clean;
  cut.push(field);
  return `${clean.slice(0, limits[field] - 1).replace(loneSurrogates, '')}…`;
};

/** Minutes from submission to the first contact: mostly within the limit, some late. */
const contactMinutes = (chance: Chance, urgent: boolean): number => {
  const inTime = chance.of('contact in time') < assumptions.contactInTime;
  const share = chance.of('contact delay');
  if (urgent) return inTime ? between([3, 28], share) : between([35, 240], share);
  return inTime ? between([5, 110], share) : between([130, 1_800], share);
};

const satisfiedScores = [5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 2];

const firstOutcome = (chance: Chance) => {
  if (chance.of('reached') >= assumptions.reached) return { reached: false };
  if (chance.of('resolved') >= assumptions.resolved) {
    return { reached: true, resolved: false, satisfaction: chance.pick('unresolved score', [1, 2, 2, 3]), unitAtFault: chance.of('fault') < assumptions.unitAtFault };
  }
  const satisfaction = chance.pick('resolved score', satisfiedScores);
  return { reached: true, resolved: true, satisfaction, unitAtFault: satisfaction <= 2 ? chance.of('fault') < assumptions.unitAtFault : undefined };
};

/** The formula of the library, asked only to know how many rounds to plan; the service decides. */
const needsRework = (outcome: ReturnType<typeof firstOutcome>) => decide({
  reached: outcome.reached, resolved: outcome.resolved ?? null, satisfaction: outcome.satisfaction ?? null, unitAtFault: outcome.unitAtFault ?? null,
}) === 'rework';

export const keyOf = ({ id }: Pick<FeedMessage, 'id'>): string => `feed:${id}`;

export const planSteps = (message: FeedMessage, rules: Rules, territories: readonly string[]): PlannedCase => {
  const chance = chanceOf(message.id);
  const judged = rules(message);
  const cut: string[] = [];
  const submitted = Date.parse(message.submittedAt);
  const replied = Date.parse(message.repliedAt);
  const span = replied - submitted;
  const result = fit(message.reply, 'result', cut);

  const register: CaseScript['register'] = {
    as: 'requester', at: iso(submitted), channel: 'online',
    title: fit(message.title || message.text.slice(0, 40), 'title', cut),
    description: fit(message.text || message.title, 'description', cut),
    category: judged.category, urgency: judged.urgency,
    territory: chance.pick('territory', territories),
    requester: { kind: firmWords.some((word) => message.text.includes(word)) ? 'firm' : 'resident', name: message.requester || 'anonymous' },
  };
  const scriptOf = (steps: readonly Step[]): CaseScript => ({ key: keyOf(message), register, steps });

  const delays = {
    contact: contactMinutes(chance, judged.urgency === 'urgent'),
    accept: between(assumptions.acceptMinutes, chance.of('accept')),
    dispatch: between(assumptions.dispatchMinutes, chance.of('dispatch')),
    sign: between(assumptions.signMinutes, chance.of('sign')),
  };
  const wanted = (delays.contact + delays.accept + delays.dispatch + delays.sign) * minute;
  const scale = Math.min(1, (span * assumptions.beginningShare) / wanted);
  const contactAt = submitted + delays.contact * minute * scale;
  const acceptAt = contactAt + delays.accept * minute * scale;
  const dispatchAt = acceptAt + delays.dispatch * minute * scale;
  const signAt = dispatchAt + delays.sign * minute * scale;

  if (refusalWords.some((word) => message.title.includes(word)) && chance.of('refused') < assumptions.refused) {
    return { script: scriptOf([{ do: 'refuse', at: iso(replied), reason: 'in-legal-procedure', text: result }]), ending: 'refused', reworked: false, cut };
  }
  const contact: Step = { do: 'contact', at: iso(contactAt) };
  if (span <= assumptions.onTheSpotWithinHours * hour && chance.of('on the spot') < assumptions.onTheSpot) {
    return { script: scriptOf([contact, { do: 'handle-on-the-spot', at: iso(replied), result }]), ending: 'on-the-spot', reworked: false, cut };
  }

  const { lead } = judged;
  const assist = judged.second && chance.of('assist') < assumptions.assist ? judged.second : undefined;
  const work = replied - signAt;
  const steps: Step[] = [
    contact,
    { do: 'accept', at: iso(acceptAt), level: judged.level },
    { do: 'dispatch', at: iso(dispatchAt), lead, assist: assist ? [assist] : undefined },
    { do: 'sign', at: iso(signAt), by: lead, round: 1 },
  ];
  if (assist) steps.push({ do: 'sign', at: iso(signAt + work * 0.1), by: assist, round: 1 });
  if (chance.of('progress') < assumptions.progress) steps.push({ do: 'progress', at: iso(signAt + work * 0.4), by: lead, round: 1, note: '正在核实办理。' });
  if (assist) steps.push({ do: 'complete', at: iso(signAt + work * 0.7), by: assist, round: 1, result: '协办事项已完成。' });

  const outcome = firstOutcome(chance);
  const callBackAt = replied + between(assumptions.callBackHours, chance.of('call-back')) * hour;
  steps.push({ do: 'complete', at: iso(replied), by: lead, round: 1, result }, { do: 'call-back', at: iso(callBackAt), round: 1, ...outcome });
  const reworked = needsRework(outcome);
  if (reworked) {
    const signAgain = callBackAt + between(assumptions.reworkSignHours, chance.of('rework sign')) * hour;
    const doneAgain = signAgain + between(assumptions.reworkDays, chance.of('rework')) * 24 * hour;
    steps.push(
      { do: 'sign', at: iso(signAgain), by: lead, round: 2 },
      { do: 'complete', at: iso(doneAgain), by: lead, round: 2, result: '已重新办理并向诉求人说明。' },
      { do: 'call-back', at: iso(doneAgain + between(assumptions.callBackHours, chance.of('second call-back')) * hour), round: 2, reached: true, resolved: true, satisfaction: chance.pick('second score', [3, 4, 4, 5]) },
    );
  }
  return { script: scriptOf(steps), ending: 'closed', reworked, cut };
};
