import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { defer, lastValueFrom } from 'rxjs';
import { AnswerInterceptor } from './command-answers.js';

/** How often a handler is called that fails so many times with this code before it answers, and what comes of it. */
const asked = async (method: string, failures: number, code: string) => {
  const context = { switchToHttp: () => ({ getRequest: () => ({ method, routeOptions: { url: '/things' } }), getResponse: () => ({}) }) } as unknown as ExecutionContext;
  let calls = 0;
  const handle = () => defer(() => {
    calls += 1;
    return calls > failures ? Promise.resolve('answer') : Promise.reject(Object.assign(new Error('broken off'), { code }));
  });
  const outcome = await lastValueFrom(new AnswerInterceptor().intercept(context, { handle })).catch((error: Error) => error.message);
  return { calls, outcome };
};

describe('a read that the database broke off', () => {
  it.each(['40P01', '40001'])('is asked again (%s), a few times', async (code) => {
    expect(await asked('GET', 3, code)).toEqual({ calls: 4, outcome: 'answer' });
    expect(await asked('GET', 4, code)).toEqual({ calls: 4, outcome: 'broken off' });
  });
  it('with any other error is not, and a command never', async () => {
    expect(await asked('GET', 1, '42P01')).toEqual({ calls: 1, outcome: 'broken off' });
    expect(await asked('POST', 1, '40P01')).toEqual({ calls: 1, outcome: 'broken off' });
  });
});
