import { expect, it } from '@jest/globals';
import pg from 'pg';
import { loggable, toDomainError } from './problems.js';

it('row values in an error of the database do not reach the log', () => {
  const error = Object.assign(new pg.DatabaseError('duplicate key value violates unique constraint "requester_pkey"', 1, 'error'), {
    code: '23505', detail: 'Key (phone)=(13800138000) already exists.', where: 'row (张三, 13800138000)', parameters: ['张三'],
  });
  expect(Object.keys(loggable(error))).toEqual(['name', 'code', 'message', 'stack']);
  expect(loggable(error)).toMatchObject({ code: '23505', message: error.message });
  expect(JSON.stringify(loggable(error))).not.toMatch(/13800138000|张三/);
  expect(loggable('thrown text')).toEqual({ message: 'thrown text' });
});

it('a connection lost during a commit is not called nothing written', () => {
  expect(toDomainError(new Error('Connection terminated unexpectedly'))).toMatchObject({ code: 'service-unavailable', message: expect.stringContaining('may or may not have been done') });
});

it.each(['42703', '42P01', '42883'])('a question to tables of an earlier version (%s) says what is to be done', (code) => {
  expect(toDomainError(Object.assign(new pg.DatabaseError('column "q" does not exist', 1, 'error'), { code }))).toMatchObject({ code: 'service-unavailable', message: expect.stringContaining('npm run rebuild') });
});

it('a read that the replica broke off to keep up may be asked for again', () => {
  expect(toDomainError(Object.assign(new pg.DatabaseError('canceling statement due to conflict with recovery', 1, 'error'), { code: '40001' }))).toMatchObject({ code: 'service-unavailable' });
});
