/** Finds faults in a row of the limits, field by field. A row with a fault could leave a case without a due time, or has a condition without effect. */
import { supervisionSteps } from '@lianban/contracts';
import type { ClockKind } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { FieldRefusal, Message } from '@lianban/texts';
import { minutesOf, toMillis } from '@lianban/working-time';
import type { Limit, Share } from '@lianban/working-time';
import { sharingClocks } from '../domain/policies.js';
import type { Policy } from '../domain/policies.js';

/** Ten years. No deadline is longer, and steps of supervision after a breach can still be counted. */
const mostDays = 3_650;
/** Minutes of a plain working day. Calendars differ a little, but this is only an upper limit. */
const plainDay = 420;

/** Conditions that can't be used for this kind of clock, with the reason. */
const without: Partial<Record<ClockKind, readonly { readonly fields: readonly (keyof Policy)[]; readonly why: Message }[]>> = {
  'contact': [
    { fields: ['level', 'greenChannel', 'greenChannelShare'], why: say('contact-before-level') },
    { fields: ['unit'], why: say('contact-before-unit') },
    { fields: ['demandKind'], why: say('contact-before-kind') },
  ],
  'milestone': [{ fields: ['unit'], why: say('milestone-of-case') }],
  'call-back': [{ fields: ['unit'], why: say('call-back-by-no-unit') }],
};

/** @param at now; the row must start later */
export const problemsOf = (row: Policy, at: string): FieldRefusal[] => {
  const { clock, limit, shareOfLead, milestone, greenChannelShare, warnings, supervision } = row;
  const begins = Date.parse(row.effectiveFrom);
  return [
    ...(Number.isNaN(begins) || begins >= toMillis('2900-01-01T00:00:00Z') ? [{ field: 'effectiveFrom', reason: say('must-be-before-2900') }]
      : begins > toMillis(at) ? [] : [{ field: 'effectiveFrom', reason: say('must-lie-ahead') }]),
    ...((limit === null) === (shareOfLead === null) ? [{ field: 'limit', reason: say('limit-or-share') }] : []),
    ...(shareOfLead !== null && !sharingClocks.includes(clock) ? [{ field: 'shareOfLead', reason: say('no-share-for-clock', { clock, sharing: sharingClocks }) }] : []),
    ...[['shareOfLead', shareOfLead] as const, ['greenChannelShare', greenChannelShare] as const].flatMap(([field, share]) =>
      (share !== null && !isPart(share) ? [{ field, reason: say('not-more-than-whole') }] : [])),
    ...(limit === null ? [] : amountProblems('limit', limit, greenChannelShare)),
    ...((clock === 'milestone') === (milestone !== null) ? [] : [{ field: 'milestone', reason: say('for-milestone-only') }]),
    ...(without[clock] ?? []).flatMap(({ fields, why }) => fields.filter((field) => row[field] !== null).map((field) => ({ field, reason: say('not-for-clock', { clock, why }) }))),
    ...(greenChannelShare !== null && row.greenChannel === false ? [{ field: 'greenChannelShare', reason: say('not-outside-green-channel') }] : []),
    ...(['startNextWorkingDay', 'toCloseOfLastDay'] as const).filter((field) => row[field] && limit?.kind === 'elapsed').map((field) => ({ field, reason: say('not-for-elapsed-time') })),
    ...warnings.flatMap((share, index) => (isPart(share) ? [] : [{ field: `warnings.${index}`, reason: say('not-more-than-whole') }])),
    ...repeated(warnings, ({ numerator, denominator }) => numerator / denominator).map((index) => ({ field: `warnings.${index}`, reason: say('not-there-twice') })),
    ...supervision.flatMap(({ step, toTier, after }, index) => [
      ...((step === 'escalation') === (toTier !== null) ? [] : [{ field: `supervision.${index}.toTier`, reason: say('for-escalation-only') }]),
      ...(after === null ? [] : amountProblems(`supervision.${index}.after`, after, null)),
    ]),
    ...repeated(supervision, ({ step }) => step).map((index) => ({ field: `supervision.${index}.step`, reason: say('not-there-twice') })),
    ...supervision.flatMap(({ step }, index) => {
      const before = supervision[index - 1]?.step;
      return before && supervisionSteps.indexOf(step) < supervisionSteps.indexOf(before) ? [{ field: `supervision.${index}.step`, reason: say('milder-step-first', { before }) }] : [];
    }),
  ];
};

/** Finds another rule with the same conditions from the same day. If both were there, their names would decide between them. */
export const rivalOf = (known: readonly Policy[], row: Policy): FieldRefusal[] => {
  const rival = known.find((other) => other.id !== row.id && toMillis(other.effectiveFrom) === toMillis(row.effectiveFrom)
    && asked.every((field) => other[field] === row[field]));
  return rival ? [{ field: 'effectiveFrom', reason: say('same-question-same-day', { id: rival.id }) }] : [];
};
const asked = ['clock', 'milestone', 'urgency', 'level', 'category', 'territory', 'unit', 'channel', 'greenChannel', 'demandKind'] as const satisfies readonly (keyof Policy)[];

const isPart = ({ numerator, denominator }: Share): boolean => numerator > 0 && numerator <= denominator;

const amountProblems = (field: string, { kind, amount, unit }: Limit, share: Share | null): FieldRefusal[] => {
  const dayMinutes = kind === 'elapsed' ? 1_440 : plainDay;
  const minutes = amount * minutesOf(kind, unit, () => plainDay);
  if (!(minutes * 60 >= 1)) return [{ field: `${field}.amount`, reason: say('a-second-or-more') }];
  if (!(minutes <= mostDays * dayMinutes)) return [{ field: `${field}.amount`, reason: say('not-more-than-days', { days: mostDays }) }];
  return share !== null && (minutes * share.numerator) / share.denominator < 1 / 60 ? [{ field: 'greenChannelShare', reason: say('must-leave-a-second') }] : [];
};

/** Indexes of items that repeat an earlier one. */
const repeated = <T>(items: readonly T[], of: (item: T) => unknown): number[] =>
  items.flatMap((item, index) => (items.findIndex((other) => of(other) === of(item)) < index ? [index] : []));
