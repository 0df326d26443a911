import { format } from 'node:util';
import { expect, it } from '@jest/globals';
import { MaskedTexts, OriginalText } from './original-text.js';

const title = new OriginalText('张建国, 13912345678');

it('an original text shows in no log, no JSON and no other text', () => {
  expect([JSON.stringify({ title }), String(title), format('%o %s', title, title), format({ title }), Object.values(title).join('')]).not.toContainEqual(expect.stringMatching(/张|139/));
});

it('it travels masked, and is kept where masking has changed it', () => {
  const note = new OriginalText('已联系。');
  const words = MaskedTexts.of({ title, note, location: null }, [{ name: '张建国', phone: null, address: null }]);
  expect(words.masked).toEqual({ title: '***, ***********', note: '已联系。', location: null });
  expect(words.changed('case', 1)).toEqual([{ caseId: 'case', version: 1, field: 'title', text: title }]);
});

it('one that is put where a masked text belongs is a type error', () => {
  // @ts-expect-error nobody reads it
  const row: string = title;
  expect(row).toBe(title);
});
