/** Names that an admin types go to the topic unmasked, since others refer to them. So a name that looks personal is refused. */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { validationPipe } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { CalendarBody } from '../publish-calendar/calendar.views.js';
import { WhatIfBody } from '../what-if/what-if.views.js';
import { NewPolicyBody } from './policy.body.js';

const policy = { id: 'stop', effectiveFrom: '2099-01-01T00:00:00+08:00', clock: 'milestone', milestone: 'stop', limit: { kind: 'elapsed', amount: 4, unit: 'hours' } };
const calendar = { version: 'cn-2099.1', workingHours: [{ from: '09:00', to: '17:00' }], holidays: ['2099-01-01'], makeUpDays: [] };
const take = (metatype: new () => object, body: object) => validationPipe().transform(body, { type: 'body', metatype });

const numbers = ['13912345678', '停工 139-1234-5678', '１３９１２３４５６７８', '110101199003071234'];

describe('a personal number', () => {
  it.each(numbers)('is refused as the name of a milestone: %s', async (milestone) => {
    await expect(take(NewPolicyBody, { ...policy, milestone })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'milestone', reason: say('must-hold-no-personal-number') }] });
    await expect(take(WhatIfBody, { month: '2026-11', policies: [{ ...policy, milestone }] })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'policies.0.milestone' }] });
  });

  it.each(numbers)('is refused as the version of a calendar: %s', async (version) => {
    await expect(take(CalendarBody, { ...calendar, version })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'version' }] });
  });

  it.each(['call-13912345678', '13912345678', '110101-19900307-1234'])('is refused as the name of a rule: %s', async (id) => {
    await expect(take(NewPolicyBody, { ...policy, id })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'id' }] });
  });
});

it.each(['stop', '责令停工', '4 小时内停工', '2026-02-09'])('other names are taken: %s', async (name) => {
  expect(await take(NewPolicyBody, { ...policy, milestone: name })).toMatchObject({ milestone: name });
  expect(await take(CalendarBody, { ...calendar, version: name })).toMatchObject({ version: name });
});
