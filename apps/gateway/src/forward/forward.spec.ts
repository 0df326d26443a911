import { expect, it } from '@jest/globals';
import { failureOf } from './forward.js';

it.each([
  ['ECONNREFUSED', 'not-delivered'], ['ENOTFOUND', 'not-delivered'], ['EAI_AGAIN', 'not-delivered'],
  ['ECONNRESET', 'broken'], ['EHOSTUNREACH', 'broken'], ['ENETUNREACH', 'broken'], ['UND_ERR_HEADERS_TIMEOUT', 'no-answer'],
  ['UND_ERR_INVALID_ARG', 'unsayable'], ['UND_ERR_NOT_SUPPORTED', 'unsayable'],
] as const)('a copy that ends with %s: %s', (code, failure) => {
  expect(failureOf(Object.assign(new Error('x'), { code }))).toBe(failure);
  expect(failureOf(new Error('x', { cause: { code } }))).toBe(failure);
});
