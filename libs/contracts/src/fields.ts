/** Field types shared by events. Each carries the description that ends up in the JSON Schemas, AsyncAPI and the glossary. */
import { z } from 'zod';
import type { MaskedText } from './masked-text.js';

/** ISO 8601 with offset, e.g. `2026-02-09T09:00:00+08:00` or `...Z`. */
export const instant = z.iso.datetime({ offset: true }).describe('ISO 8601 instant with offset');
export const uuid = z.uuid();
/** A directory code is a string, so that an old consumer survives the 33rd department. */
export const code = z.string().min(1).max(100);
export const departmentCode = code.describe('Code of a functional department (职能部门) or other handling unit');
export const territoryCode = code.describe('Code in the territory tree (辖区)');
export const categoryCode = z.string().min(1).max(200).describe('Category code `level1/level2/level3`');
/** Length in code points, as JSON Schema counts it; `String.length` would count an emoji twice and refuse what the schema allows. */
export const hasAtMost = (max: number, text: string): boolean => text.length <= max || [...text].length <= max;
/** What is read from an event was masked before it was written; JSON knows no brands, so this is where the type comes from. */
export const maskedText = (max: number, description: string): z.ZodType<MaskedText, string> =>
  z.string().refine((text) => hasAtMost(max, text), `must have at most ${max} characters`)
    .meta({ maxLength: max, description: `${description}. Free text with personal data masked` }) as unknown as z.ZodType<MaskedText, string>;
export const demandCaseId = uuid.nullable().describe('Whose requester is asked: the case of a demand that joined this one; null for its own');
export const version = z.int().min(1);
export const round = z.int().min(1).describe('1 for the first handling, n + 1 after the n-th rework');

/**
 * An enumeration that grows: a value is added at the end of `values` and changes no released schema. Those show the values of their release, `released`, and say that there
 * may be more; a reader takes all values that this build knows, and an event with another one is parked until a build that knows it starts.
 */
export const growing = <const Values extends readonly [string, ...string[]]>(values: Values, description = '', released: readonly string[] = values) =>
  z.enum(values).meta({ enum: [...released], description: `${description}${description === '' ? '' : '. '}Values may be added` });

export const channels = ['online', 'hotline', 'visit', 'grid', 'station', 'integration'] as const;
export const channel = growing(channels, 'How the demand came in (渠道)', channels.slice(0, 6));
export type Channel = z.infer<typeof channel>;

export const urgencies = ['normal', 'urgent'] as const;
export const urgency = z.enum(urgencies);
export type Urgency = z.infer<typeof urgency>;

export const levels = ['urgent', 'utility', 'simple', 'general', 'complex'] as const;
export const level = growing(levels, 'Level of the case; it chooses the limit of the lead clock', levels.slice(0, 5));
export type Level = z.infer<typeof level>;

export const requesterKinds = ['resident', 'firm'] as const;
export const requesterKind = z.enum(requesterKinds).describe('Who asks (诉求人): a resident or a firm');
export type RequesterKind = z.infer<typeof requesterKind>;

export const demandKinds = ['consultation', 'help', 'complaint', 'report', 'suggestion', 'praise'] as const;
export const demandKind = growing(demandKinds, 'Kind of demand (诉求类型): consultation 咨询, help 求助, complaint 投诉, report 举报, suggestion 建议, praise 表扬', demandKinds.slice(0, 6));
export type DemandKind = z.infer<typeof demandKind>;

/** Who writes in the thread of a case: the requester, or somebody who handles it. */
export const messageSides = ['requester', 'handler'] as const;
export const messageSide = z.enum(messageSides);
export type MessageSide = z.infer<typeof messageSide>;

/** What a template is for. */
export const templatePurposes = ['answer', 'refusal'] as const;
export const templatePurpose = growing(templatePurposes, 'answer 答复, refusal 不予受理', templatePurposes.slice(0, 2));
export type TemplatePurpose = z.infer<typeof templatePurpose>;

/** What a requester is told, by which way, and what came of it. */
export const requesterNotices = ['registered', 'accepted', 'refused', 'answered', 'extended', 'rate', 'urging-received', 'question-asked', 'message-received'] as const;
export const requesterNotice = growing(requesterNotices, 'What the requester is told', requesterNotices.slice(0, 9));
export type RequesterNotice = z.infer<typeof requesterNotice>;
export const noticeChannels = ['log', 'smtp', 'webhook'] as const;
export const noticeChannel = growing(noticeChannels, 'By which way; log: nothing leaves the system', noticeChannels.slice(0, 3));
export type NoticeChannelName = z.infer<typeof noticeChannel>;

export const workOrderRoles = ['lead', 'assist'] as const;
export const workOrderRole = z.enum(workOrderRoles).describe('lead (主办) or assist (协办)');
export type WorkOrderRole = z.infer<typeof workOrderRole>;

export const workOrderStatuses = ['dispatched', 'signed', 'in-progress', 'completed', 'returned', 'cancelled'] as const;
export type WorkOrderStatus = (typeof workOrderStatuses)[number];
/** Somebody still has to work on it. */
export const openOrderStatuses: readonly WorkOrderStatus[] = ['dispatched', 'signed', 'in-progress'];

export const callBackStatuses = ['due', 'done', 'cancelled'] as const;
export type CallBackStatus = (typeof callBackStatuses)[number];

/** Reasons for a refusal (不予受理), from the published city rules. */
export const refusalReasons = [
  'outside-jurisdiction', 'courts-party-or-congress', 'emergency-number', 'in-legal-procedure', 'repeated-without-new-facts', 'malicious',
] as const;
export const refusalReason = growing(refusalReasons, '', refusalReasons.slice(0, 6));
export type RefusalReason = z.infer<typeof refusalReason>;

export const clockKinds = ['contact', 'sign', 'return-window', 'lead', 'assist', 'milestone', 'call-back', 'rework'] as const;
export const clockKind = growing(clockKinds, '', clockKinds.slice(0, 8));
export type ClockKind = z.infer<typeof clockKind>;

/** `held`: it stands still. `breached`: it is past due, whether it stopped since or not. `lapsed`: a window has closed, nobody is late. */
export const clockStatuses = ['running', 'held', 'met', 'breached', 'cancelled', 'lapsed'] as const;
export type ClockStatus = (typeof clockStatuses)[number];

/** Reasons for a hold (挂账). Time that waits for the requester is reported apart from time held for others. */
export const holdReasons = ['waiting-for-requester', 'waiting-for-others', 'funds', 'weather-or-season', 'long-term-project', 'in-legal-procedure'] as const;
export const holdReason = growing(holdReasons, 'Why the clocks stand still (挂账)', holdReasons.slice(0, 6));
export type HoldReason = z.infer<typeof holdReason>;

export const milestoneName = z.string().min(1).max(50).describe('Name of a milestone (里程碑) of the case, as its policy row has it, e.g. `stop`');

/** Steps of supervision (督办), mildest first. */
export const supervisionSteps = ['reminder', 'criticism', 'escalation'] as const;
export const supervisionStep = growing(supervisionSteps, 'reminder 催办, criticism 通报批评, escalation 提级', supervisionSteps.slice(0, 3));
export type SupervisionStep = z.infer<typeof supervisionStep>;

export const handlingUnitKinds = ['department', 'utility', 'property-firm', 'subdistrict'] as const;
export const handlingUnitKind = growing(handlingUnitKinds, '', handlingUnitKinds.slice(0, 4));

export const territoryKinds = [
  'district', 'subdistrict', 'community-residential', 'community-business', 'community-science-park',
  'estate', 'grid', 'park', 'building', 'stairwell',
] as const;
export const territoryKind = growing(territoryKinds, 'district 区, subdistrict 街道, community 社区 (residential, business 商务, science-park 科创), estate 小区, grid 网格, park 园区, building 楼宇, stairwell 楼道', territoryKinds.slice(0, 10));

/** Posts (岗位) of those who visit. */
export const postKinds = ['grid-worker', 'building-head', 'park-head', 'specialist'] as const;
export const post = growing(postKinds, 'Post of who visits: grid-worker 网格员, building-head 楼栋长, park-head 园区长, specialist 专员', postKinds.slice(0, 4));
export type Post = z.infer<typeof post>;
export const portfolio = code.describe('Code of the portfolio (条线) of a specialist; null for the other posts').nullable();

export const bilingual = z.strictObject({ zh: z.string(), en: z.string() });

const limit = z.strictObject({ kind: z.enum(['working', 'elapsed']), amount: z.number().positive(), unit: z.enum(['minutes', 'hours', 'days']) });
/** An amount of time, e.g. of an extension. */
export const amountOfTime = limit;
export const localDate = z.iso.date();
export const dateRange = z.strictObject({ from: localDate, to: localDate.describe('Inclusive') });

/** What narrowed the choice of a policy row. */
export const policyMatches = ['urgency', 'level', 'category', 'territory', 'unit', 'channel', 'green-channel', 'demand-kind'] as const;

/** How a due time came about, so that a person can follow it. `amount` counts `unit`s of elapsed or working time. */
export const derivation = z.strictObject({
  policy: z.strictObject({ id: z.string(), effectiveFrom: instant }),
  matched: z.array(z.strictObject({ by: growing(policyMatches, '', policyMatches.slice(0, 7)), value: z.string() })).describe('Why this row: what it asks for and the case has; empty for a row that fits every case'),
  calendarVersion: z.string().nullable().describe('Null for elapsed time, which reads no calendar'),
  calendarUnit: departmentCode.nullable().describe('Handling unit whose own calendar was read; null for the calendar of the district'),
  start: instant.describe('Where counting began'),
  limit: limit.describe('Before extensions'),
  extensions: z.array(z.strictObject({ extensionId: uuid, by: limit })).describe('Granted extensions (延期), added to the limit'),
  held: z.array(z.strictObject({ from: instant, to: instant, reason: growing([...holdReasons, 'merged'], '', [...holdReasons.slice(0, 6), 'merged']) })).describe('Intervals that do not count; the last may lie ahead, up to its review'),
  holidays: z.array(dateRange).describe('Public holidays on the way'),
  makeUpDays: z.array(localDate).describe('Saturdays and Sundays on the way that are worked (调休)'),
  extensionCap: limit.nullable().describe('Most that extensions may add in all; null where none is allowed'),
});
export type Derivation = z.infer<typeof derivation>;

/** Which clock an event is about. */
export const clockIdentity = {
  clockId: uuid,
  kind: clockKind,
  round,
  milestone: milestoneName.nullable().describe('Of a clock of kind `milestone`'),
  workOrderId: uuid.nullable(),
  department: departmentCode.nullable(),
};

/** As released with the first version of the clock events. */
export const clockIdentityV1 = {
  clockId: uuid,
  kind: z.enum(['contact', 'sign', 'lead', 'assist', 'call-back', 'rework']),
  round,
  workOrderId: uuid.nullable(),
  department: departmentCode.nullable(),
};
export const derivationV1 = z.strictObject({
  policy: z.strictObject({ id: z.string(), effectiveFrom: instant }),
  calendarVersion: z.string().nullable().describe('Null for elapsed time, which reads no calendar'),
  start: instant.describe('Where counting began'),
  limit,
});

/** Lifts the identity of the first version of the clock events. */
export const liftClock = <Data extends object>(data: Data): Data & { milestone: null } => ({ ...data, milestone: null });
