import { describe, expect, it } from '@jest/globals';
import { serviceNames } from '@lianban/contracts';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { parseWish } from './wish.js';

describe('npm run parked', () => {
  it.each([
    ['list', { what: 'list', services: serviceNames }],
    ['list insight', { what: 'list', services: ['insight'] }],
    ['retry sla C-1', { what: 'retry', service: 'sla', subject: 'C-1', reason: null }],
    ['skip sla C-1 --reason broken by hand', { what: 'skip', service: 'sla', subject: 'C-1', reason: 'broken by hand' }],
    ['skip sla C-1 --reason asked for by 13812345678', { what: 'skip', service: 'sla', subject: 'C-1', reason: 'asked for by ***********' }],
  ])('%s', (line, wish) => {
    expect(parseWish(line.split(' '))).toEqual(wish);
  });

  it.each([
    ['', /^Usage:/], ['drop', /^Usage:/], ['list gateway', /no service "gateway"/], ['list insight C-1', /^Usage:/],
    ['retry', /Which service/], ['retry sla', /which case/], ['retry sla C-1 now', /^Usage:/], ['retry public C-1', /no service "public"/],
    ['skip sla --reason x', /which case/], ['skip sla C-1', /--reason TEXT/], ['skip sla C-1 --reason', /--reason TEXT/],
    ['skip sla C-1 --why x', /--reason TEXT/], [`skip sla C-1 --reason ${'x'.repeat(501)}`, /longer than 500/],
  ])('refuses "%s" in one line', (line, problem) => {
    const parse = () => parseWish(line.split(' ').filter(Boolean));
    expect(parse).toThrow(StartupProblem);
    expect(parse).toThrow(problem);
    expect(parse).not.toThrow(/\n/);
  });
});
