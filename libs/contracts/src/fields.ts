/** Field types shared by events. Each carries the description that ends up in the JSON Schemas, AsyncAPI and the glossary. */
import { z } from 'zod';

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
export const maskedText = (max: number, description: string) =>
  z.string().refine((text) => hasAtMost(max, text), `must have at most ${max} characters`)
    .meta({ maxLength: max, description: `${description}. Free text with personal data masked` });
export const version = z.int().min(1);
export const round = z.int().min(1).describe('1 for the first handling, n + 1 after the n-th rework');

export const channels = ['online', 'hotline', 'visit', 'grid', 'station', 'integration'] as const;
export const channel = z.enum(channels).describe('How the demand came in (渠道)');
export type Channel = z.infer<typeof channel>;

export const urgencies = ['normal', 'urgent'] as const;
export const urgency = z.enum(urgencies);
export type Urgency = z.infer<typeof urgency>;

export const levels = ['urgent', 'utility', 'simple', 'general', 'complex'] as const;
export const level = z.enum(levels).describe('Level of the case; it chooses the limit of the lead clock');
export type Level = z.infer<typeof level>;

export const requesterKinds = ['resident', 'firm'] as const;
export const requesterKind = z.enum(requesterKinds).describe('Who asks (诉求人): a resident or a firm');
export type RequesterKind = z.infer<typeof requesterKind>;

export const workOrderRoles = ['lead', 'assist'] as const;
export const workOrderRole = z.enum(workOrderRoles).describe('lead (主办) or assist (协办)');
export type WorkOrderRole = z.infer<typeof workOrderRole>;

/** Reasons for a refusal (不予受理), from the published city rules (domain.md, rule 6). */
export const refusalReasons = [
  'outside-jurisdiction', 'courts-party-or-congress', 'emergency-number', 'in-legal-procedure', 'repeated-without-new-facts', 'malicious',
] as const;
export const refusalReason = z.enum(refusalReasons);
export type RefusalReason = z.infer<typeof refusalReason>;

export const clockKinds = ['contact', 'sign', 'lead', 'assist', 'call-back', 'rework'] as const;
export const clockKind = z.enum(clockKinds);
export type ClockKind = z.infer<typeof clockKind>;

export const handlingUnitKinds = ['department', 'utility', 'property-firm', 'subdistrict'] as const;
export const handlingUnitKind = z.enum(handlingUnitKinds);

export const territoryKinds = [
  'district', 'subdistrict', 'community-residential', 'community-business', 'community-science-park',
  'estate', 'grid', 'park', 'building', 'stairwell',
] as const;
export const territoryKind = z.enum(territoryKinds)
  .describe('district 区, subdistrict 街道, community 社区 (residential, business 商务, science-park 科创), estate 小区, grid 网格, park 园区, building 楼宇, stairwell 楼道');

export const bilingual = z.strictObject({ zh: z.string(), en: z.string() });

/** How a due time came about, so that a person can follow it. `amount` counts `unit`s of elapsed or working time. */
export const derivation = z.strictObject({
  policy: z.strictObject({ id: z.string(), effectiveFrom: instant }),
  calendarVersion: z.string().nullable().describe('Null for elapsed time, which reads no calendar'),
  start: instant.describe('Where counting began'),
  limit: z.strictObject({ kind: z.enum(['working', 'elapsed']), amount: z.number().positive(), unit: z.enum(['minutes', 'hours', 'days']) }),
});
export type Derivation = z.infer<typeof derivation>;
