import { expect, it } from '@jest/globals';
import { hasWords } from './search-words.js';

it.each([
  ['lamp', true],
  ['GATE lamp', true],
  ['lamp west', false],
  ['路灯', true],
  ['路灯 东门', true],
  ['东门路灯', false],
  ['ＬＡＭＰ　１２', true],
  ['lamp dark', true],
  ['  lamp  ', true],
])('%s is found: %s', (question, found) => expect(hasWords(question, 'Lamp at the gate', null, '东门的路灯不亮 dark', 'No. １２')).toBe(found));
