import { expect, it } from '@jest/globals';
import pg from 'pg';
import { isRolledBack } from './append-many.js';

/** As the driver makes it of an answer; the severity is in the language of the server's `lc_messages`. */
const answered = (code: string, severity = 'ERROR'): pg.DatabaseError => Object.assign(new pg.DatabaseError('…', 1, 'error'), { code, severity });

it.each([['55P03', 'ERROR'], ['55P03', '错误'], ['23505', 'ERREUR'], ['40P01', 'ERROR'], ['25P02', 'ERROR'], ['57014', 'ERROR']])('%s (%s) has been rolled back', (code, severity) => {
  expect(isRolledBack(answered(code, severity))).toBe(true);
});

it.each([['57P01', 'FATAL'], ['57P02', '致命'], ['25P03', 'FATAL'], ['25P04', 'FATAL'], ['08006', 'FATAL'], ['53300', 'FATAL'], ['28P01', 'FATAL'], ['XX000', 'PANIC']])('after %s (%s) nobody knows', (code, severity) => {
  expect(isRolledBack(answered(code, severity))).toBe(false);
});

it('nor after an error that is not an answer', () => {
  expect(isRolledBack(new Error('Connection terminated unexpectedly'))).toBe(false);
});
