import { expect, it } from '@jest/globals';
import { allTexts, languages, render, say } from './index.js';
import { accessTexts } from './access.js';
import { commandTexts } from './commands.js';
import { dispatchTexts } from './dispatch.js';
import { insightTexts } from './insight.js';
import { intakeTexts } from './intake.js';
import { requestTexts } from './request.js';
import { satisfactionTexts } from './satisfaction.js';
import { slaTexts } from './sla.js';
import { texts } from './text.js';

const names = { department: { water: { en: 'Water Affairs', zh: '水务局' } }, territory: {} } as const;
const nameOf = (kind: 'department' | 'territory', code: string) => (names[kind] as Record<string, { en: string; zh: string }>)[code];

it.each([
  [say('case-ended'), 'The case has ended', '该诉求件已结束'],
  [say('deadline-passed', { dueAt: '2026-11-30T06:05:07.123Z' }), 'It was due 2026-11-30 14:05 +08:00; an extension is asked for and granted before that', '期限已于 2026年11月30日 14:05 届满，延期须在此之前申请并批准'],
  [say('must-not-be-before', { at: '2026-11-30T06:05:07.120Z', what: say('last-event-of-case') }), 'must not be before 2026-11-30 14:05:07.120 +08:00, the last event of the case', '不能早于该诉求件最近一次记录的时间（2026年11月30日 14:05:07.120）'],
  [say('order-needs-status', { status: 'returned', allowed: ['signed', 'in-progress'] }), 'The work order is returned; this needs signed or in-progress', '该工单已退单，须为已签收或办理中时才能办理'],
  [say('assistants-not-finished', { departments: ['water', 'gas'] }), 'Not finished: Water Affairs, gas', '协办单位尚未办结：水务局、gas'],
  [say('at-most-characters', { max: 20_000 }), 'must have at most 20,000 characters', '最多 20,000 个字'],
  [
    say('extension-over-cap', { cap: { kind: 'working', amount: 1, unit: 'days' }, most: 420, before: 0, asked: 421 }),
    'Extensions of this deadline may add 1 working day in all, that is 420 minutes; 0 are granted, and this one is of 421', '该期限最多可延期1个工作日，即 420 分钟；已批准 0 分钟，本次申请 421 分钟',
  ],
  [say('fields-refused', { errors: [{ field: 'title', reason: say('must-not-be-blank') }, { field: 'level', reason: say('must-be-text') }] }), 'title: must not be blank; level: must be a text', 'title：不能为空；level：必须是文本'],
])('%j reads in both languages', (message, en, zh) => {
  expect(languages.map((language) => render(message, language, nameOf))).toEqual([en, zh]);
});

/** What the compiler refuses; `tsc` fails where one of these is none. */
it('a place that is missing, wrong, too much or not in both languages is a type error', () => {
  const wrong = [
    // @ts-expect-error no such text
    () => say('no-such-text'),
    // @ts-expect-error its place is not filled
    () => say('deadline-passed'),
    // @ts-expect-error a place that the text does not have
    () => say('deadline-passed', { dueAt: '2026-11-30T06:05:00Z', more: 1 }),
    // @ts-expect-error not of the enumeration
    () => say('call-back-is', { status: 'open' }),
    // @ts-expect-error the languages have different places
    () => texts({ one: { en: 'due {at:instant}', zh: '到期 {on:instant}' } }),
    // @ts-expect-error one language is missing
    () => texts({ one: { en: 'due' } }),
  ];
  expect(wrong).toHaveLength(6);
});

it('a key stands in one file only', () => {
  const files = [requestTexts, accessTexts, commandTexts, intakeTexts, dispatchTexts, slaTexts, satisfactionTexts, insightTexts];
  expect(files.flatMap((file) => Object.keys(file))).toHaveLength(Object.keys(allTexts).length);
});
