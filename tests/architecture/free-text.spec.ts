import { beforeAll, expect, it } from '@jest/globals';
import { appNames } from '@lianban/contracts';
import { takenAs } from '@lianban/service-kit';
import { getMetadataStorage } from 'class-validator';

/** Texts of bodies and queries that stay as they were written, and why nothing personal gets out. */
const unmasked = {
  'kept apart': ['RequesterBody.name', 'RequesterBody.phone', 'RequesterBody.address', 'RequesterBody.email', 'StaffBody.account', 'StaffBody.name', 'StaffBody.post',
    'RegisterFirmBody.name', 'ChangeFirmBody.name', 'FirmContactBody.name', 'FirmContactBody.phone', 'HouseholdBody.building', 'HouseholdBody.door', 'HouseholdBody.name', 'HouseholdBody.phone'],
  'looked for': ['CasesQuery.q', 'CategoriesQuery.q', 'FirmsQuery.q', 'ResponsibilitiesQuery.q', 'TerritoriesQuery.q'],
  'refused in another form': ['PageQuery.cursor', 'IntersectionPageQueryPeriodQuery.cursor', 'WorkingHoursBody.from', 'WorkingHoursBody.to', 'CalendarBody.holidays', 'CalendarBody.makeUpDays', 'CalendarView.holidays', 'CalendarView.makeUpDays', 'WhatIfBody.month', 'HolderTimesQuery.month'],
};

interface Rules { readonly target: { readonly name: string; readonly prototype: object }; readonly propertyName: string; readonly name: string }
const storage = getMetadataStorage() as unknown as { readonly validationMetadatas: ReadonlyMap<unknown, readonly Rules[]> };

/** A value of a list, an id, a time, a code of the directory or a name that is refused with a number of a person in it. */
const isOfAForm = (rules: ReadonlySet<string>): boolean =>
  ['isIn', 'isUuid', 'matches', 'isRuleId', 'noPersonalNumber'].some((rule) => rules.has(rule)) || (rules.has('isNotEmpty') && rules.has('maxLength'));

beforeAll(async () => {
  for (const name of appNames) await import(`../../apps/${name}/src/app.module.js`);
}, 60_000);

it('every text that a request brings is masked, has a form, or is known to stay as it is', () => {
  const fields = [...storage.validationMetadatas.values()].flatMap((rules) => [...new Set(rules.map(({ propertyName }) => propertyName))].map((field) => {
    const ofIt = rules.filter(({ propertyName }) => propertyName === field);
    return { field, body: (ofIt[0] as Rules).target, rules: new Set(ofIt.map(({ name }) => name)) };
  }));
  const texts = fields.filter(({ rules }) => rules.has('isString'));
  expect(texts.length).toBeGreaterThan(50);
  const open = texts.filter(({ field, body, rules }) => !takenAs(body.prototype, field) && !isOfAForm(rules));
  expect(open.map(({ field, body }) => `${body.name}.${field}`).sort()).toEqual(Object.values(unmasked).flat().sort());
});
