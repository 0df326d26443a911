import { expect, it } from '@jest/globals';
import pg from 'pg';
import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { loggable, toDomainError, toProblem } from './problems.js';
import { languageOf } from './reader-language.js';

it.each([
  [undefined, 'en'], ['', 'en'], ['*', 'en'], ['zh', 'zh'], ['zh-CN', 'zh'], ['zh-Hans-CN,zh;q=0.9', 'zh'], ['en;q=0.9, zh;q=0.8', 'en'], ['en;q=0.5, zh-CN', 'zh'], ['fr, zh;q=0.1', 'zh'], ['fr', 'en'], [';;q', 'en'],
])('of Accept-Language %p the answer is in %s', (header, language) => expect(languageOf(header)).toBe(language));

it('a refusal is rendered for who reads it, each field too; its message, for the log, is English', () => {
  const error = new DomainError('validation-failed', say('outcome-contradicts-itself'), [{ field: 'resolved', reason: say('required-when-reached') }]);
  expect(error.message).toBe('The outcome contradicts itself');
  expect(toProblem(error, 'en', 'c')).toMatchObject({ title: 'The request is not valid', detail: error.message, errors: [{ field: 'resolved', reason: 'is required when the requester was reached' }] });
  expect(toProblem(error, 'zh', 'c')).toMatchObject({ title: '请求内容不合规', detail: '回访结果前后矛盾', errors: [{ field: 'resolved', reason: '联系上诉求人时必须填写' }] });
});

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
