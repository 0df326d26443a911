/**
 * District rules: numbers that an admin sets as dated rows (`POST /api/v1/rules/{name}`), for the district or for a territory. The value in force at a time is that of the nearest
 * territory that has one, going up the tree, then the district's, then the shipped one. Limits of clocks are not here: they are rows of sla.
 * A new rule is one line of `districtRules`. Its meaning says which time counts.
 */
import { say } from '@lianban/texts';
import type { Message, Text } from '@lianban/texts';
import { z } from 'zod';
import { territoryKinds } from './fields.js';

/** What values a rule takes, and how a refusal says it. */
interface Values<Value> { readonly schema: z.ZodType<Value>; readonly limits: Message }
interface DistrictRule<Value> extends Values<Value> { readonly shipped: Value; readonly means: Text }

const whole = (min: number, max: number): Values<number> => ({ schema: z.int().min(min).max(max), limits: say('whole-number-from-to', { min, max }) });
const codes = (max: number): Values<readonly string[]> => ({ schema: z.array(z.string().regex(/^[a-z][a-z\d-]{0,49}$/)).min(1).max(max), limits: say('codes-up-to', { max }) });
const categories = (max: number): Values<readonly string[]> => ({ schema: z.array(z.string().min(1).max(200)).min(1).max(max), limits: say('categories-up-to', { max }) });
const granters: Values<readonly string[]> = { schema: z.array(z.enum(['intake', 'coordinator'])).min(1), limits: say('must-be-one-of', { allowed: ['intake', 'coordinator'] }) };
const rule = <Value>(values: Values<Value>, shipped: Value, means: Text): DistrictRule<Value> => ({ ...values, shipped, means });

const startingTiers: Values<readonly string[]> = {
  schema: z.array(z.string().max(260).refine((text) => startingTierOf(text) !== undefined)).max(500), limits: say('starting-tiers-limits', { tiers: territoryKinds }),
};

/** `城乡建设/市政=subdistrict`: a category or a level above it, and the tier. Undefined for anything else. */
export const startingTierOf = (text: string): { readonly category: string; readonly tier: (typeof territoryKinds)[number] } | undefined => {
  const [category = '', kind, ...more] = text.split('=');
  const tier = territoryKinds.find((each) => each === kind);
  return category.trim() === '' || tier === undefined || more.length > 0 ? undefined : { category, tier };
};

export const districtRules = {
  'returns-until-ruling': rule(whole(1, 20), 2, {
    en: 'After so many returns by leads a case is not dispatched again, and the coordinator rules. The value of the day counts on which the case was accepted or last opened again.',
    zh: '主办单位退单满此次数后不再派单，须由派单员裁定。以诉求件受理或最近一次重新受理当日的数值为准。',
  }),
  'transfers-until-ruling': rule(whole(1, 20), 3, {
    en: 'The transfer of the lead with this number is not agreed between units any more, and the coordinator rules. The value of the day counts on which the case was accepted or last opened again.',
    zh: '主办单位协商移交至此次数时不再由双方协商，须由派单员裁定。以诉求件受理或最近一次重新受理当日的数值为准。',
  }),
  'objection-window-days': rule(whole(1, 60), 2, {
    en: 'Working days within which the unit that a ruling names may object, by its own calendar. The value at the time of the ruling counts.',
    zh: '被裁定承办的单位可提出异议的工作日数，按该单位的工作日历计算。以裁定时的数值为准。',
  }),
  'return-window-days': rule(whole(1, 60), 2, {
    en: 'Working days within which an order can be returned, as long as its clock of the return window is not known yet; then the row of that clock decides. The value at the issue of the order counts.',
    zh: '退单时限尚未算出时，工单可退单的工作日数；算出后以退单时限规则为准。以工单派发时的数值为准。',
  }),
  'starting-tiers': rule(startingTiers, [], {
    en: 'The tier at which cases of a category start, if that is above their own territory: a list of CATEGORY=TIER. The longest category that fits decides. The value at the acceptance counts.',
    zh: '各类诉求件的起始办理层级（高于其所在辖区时适用），每项为“类别=层级”，以最具体的类别为准。以受理时的数值为准。',
  }),
  'rework-that-escalates': rule(whole(1, 20), 3, {
    en: 'From the rework with this number on, each rework raises the case by a tier. The value at the time of the call-back counts.',
    zh: '自第几次返工重办起，每次重办均提级一级。以回访结果登记时的数值为准。',
  }),
  'same-demand-similarity': rule(whole(1, 100), 38, {
    en: 'How alike two demands are at least that count as likely the same, of 100. The value at the time of the question counts.',
    zh: '两件诉求视为疑似重复的最低相似度（满分 100）。以查询时的数值为准。',
  }),
  'same-demand-similarity-at-same-place': rule(whole(1, 100), 34, {
    en: 'The same for two demands from the same territory, or from one within the other.',
    zh: '同一辖区或上下级辖区内的两件诉求视为疑似重复的最低相似度（满分 100）。以查询时的数值为准。',
  }),
  'same-demand-window-days': rule(whole(1, 3_650), 90, {
    en: 'Days within which two demands were registered that count as likely the same. The value at the time of the question counts.',
    zh: '两件诉求视为疑似重复的登记间隔天数上限。以查询时的数值为准。',
  }),
  'repeat-window-days': rule(whole(1, 366), 180, {
    en: 'Days after the closing of a case within which the same demand repeats it. The value at the registration counts.',
    zh: '诉求件办结后，在此天数内再次提出同一诉求的，视为重复诉求。以登记时的数值为准。',
  }),
  'hotspot-window-days': rule(whole(1, 366), 30, {
    en: 'A hotspot goes on while its next demand is registered within so many days. The value at the time of the question counts.',
    zh: '热点延续的最长间隔天数：下一件同类诉求在此天数内登记的，计入同一热点。以查询时的数值为准。',
  }),
  'hotspot-cases': rule(whole(2, 1_000), 5, {
    en: 'Demands that make a hotspot. The value at the time of the question counts.',
    zh: '构成热点的最少诉求件数。以查询时的数值为准。',
  }),
  'notice-tries': rule(whole(1, 20), 8, {
    en: 'How often a notice to a requester is tried before it is given up. The value at the time of the try counts.',
    zh: '对诉求人的通知最多尝试发送的次数，之后不再自动重试。以尝试时的数值为准。',
  }),
  'question-wait-days': rule(whole(1, 60), 3, {
    en: 'Days (24 hours each) that a question to the requester stops the clocks at most; then they go on by themselves. The value at the time of the question counts.',
    zh: '向诉求人提问后暂停计时的最长天数（自然日），期满自动继续计时。以提问时的数值为准。',
  }),
  'questions-that-wait': rule(whole(0, 20), 2, {
    en: 'How many questions to the requester may stop the clocks between the acceptance (or the last reopening) and the end. Further questions can be asked, but stop nothing. The value at the time of the question counts.',
    zh: '自受理（或最近一次重新受理）至办结期间，可暂停计时的提问次数。超出后仍可提问，但不再暂停计时。以提问时的数值为准。',
  }),
  'green-channel-classes': rule(categories(200), ['*'], {
    en: 'Categories whose demands may get the green channel, or their first one or two levels; `*` stands for every one. The value at the time of the grant counts.',
    zh: '可进绿色通道的事项分类，可写前一级或前两级；`*` 表示全部。以准入时的内容为准。',
  }),
  'green-channel-granters': rule(granters, ['intake', 'coordinator'], {
    en: 'Roles that grant the green channel, besides an admin. The value at the time of the grant counts.',
    zh: '可批准绿色通道的角色（管理员除外，始终可以）。以准入时的内容为准。',
  }),
  'green-channel-quota': rule(whole(0, 1_000_000), 1_000, {
    en: 'How often the green channel may be granted in a month (China time) in the whole district; set it for the district. A grant that is taken back still counts. The value at the time of the grant counts.',
    zh: '全区每月（中国时间）可批准绿色通道的件数，只按全区设定；批准后又取消的仍计数。以准入时的数值为准。',
  }),
  'visit-entry-days': rule(whole(0, 60), 7, {
    en: 'Days (elapsed) after a visit within which who visits may enter it without the import permission. The value at the time of the visit counts.',
    zh: '走访后可直接补录走访记录的天数（按自然时间计算），无需补录权限。以走访时的数值为准。',
  }),
  'visit-portfolios': rule(codes(20), ['economy', 'general-governance', 'public-affairs', 'party-building'], {
    en: 'Portfolios of the specialists who visit. The value at the time of the visit counts.',
    zh: '走访专员的条线。以走访时的内容为准。',
  }),
} as const satisfies Readonly<Record<string, DistrictRule<AnyRuleValue>>>;

export type RuleName = keyof typeof districtRules;
export type RuleValue<Name extends RuleName> = (typeof districtRules)[Name]['shipped'];
export const ruleNames = Object.keys(districtRules) as RuleName[];
export const isRuleName = (name: string): name is RuleName => Object.hasOwn(districtRules, name);

/** Any value of any rule. */
export type AnyRuleValue = number | boolean | string | readonly string[];

/** One dated row. */
export interface RuleRow {
  readonly name: string;
  /** Null: from then on there is no value of its own, and what is above counts again. */
  readonly value: AnyRuleValue | null;
  /** Null: the whole district. */
  readonly territory: string | null;
  readonly effectiveFrom: string;
}

/** Answers what a rule says at a time, for a territory or for the district. Pure. */
export type RulesInForce = <Name extends RuleName>(name: Name, when: { readonly at: string; readonly territory?: string | null | undefined }) => RuleValue<Name>;

/**
 * @param rows in the order in which they were said: of two for one day and territory the later one counts
 * @param pathUp from a territory to the top of the tree, itself first
 */
export const rulesInForce = (rows: readonly RuleRow[], pathUp: (territory: string) => readonly { readonly code: string }[]): RulesInForce => {
  // A row that this build would refuse says nothing, rather than stop a case.
  const known = rows.filter(({ name, value }) => isRuleName(name) && (value === null || districtRules[name].schema.safeParse(value).success));
  const byPlace = new Map<string, RuleRow[]>();
  for (const row of known) byPlace.set(placeOf(row.name, row.territory), [...byPlace.get(placeOf(row.name, row.territory)) ?? [], row]);
  const rowAt = (name: string, territory: string | null, at: string): RuleRow | undefined => lastInForce(byPlace.get(placeOf(name, territory)) ?? [], at);
  return (name, { at, territory }) => {
    const places = [...(territory == null ? [] : pathUp(territory).map(({ code }) => code)), null];
    for (const place of places) {
      const row = rowAt(name, place, at);
      if (row && row.value !== null) return row.value as RuleValue<typeof name>;
    }
    return districtRules[name].shipped;
  };
};

const placeOf = (name: string, territory: string | null): string => JSON.stringify([name, territory]);

/** Of rows for one rule and place. */
export const lastInForce = <Row extends Pick<RuleRow, 'effectiveFrom'>>(rows: readonly Row[], at: string): Row | undefined => {
  const begun = rows.filter(({ effectiveFrom }) => Date.parse(effectiveFrom) <= Date.parse(at));
  const newest = Math.max(...begun.map(({ effectiveFrom }) => Date.parse(effectiveFrom)));
  return begun.findLast(({ effectiveFrom }) => Date.parse(effectiveFrom) === newest);
};

/** What holds where nobody has set anything. */
export const shippedRules: RulesInForce = rulesInForce([], () => []);
