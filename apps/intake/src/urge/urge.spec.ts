import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, closed, given, merged, refused, registered, reopened, supplemented, urged, withdrawn } from '../domain/sample-events.js';
import { supplement, urge } from './urge.decider.js';

describe('urging and supplements', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['urging before the acceptance', [registered], 'urge', [urged.type]],
    ['urging a case that is handled', [registered, accepted], 'urge', [urged.type]],
    ['urging again', [registered, accepted, urged], 'urge', [urged.type]],
    ['urging a closed case', [registered, accepted, closed], 'urge', 'state-conflict'],
    ['urging a reopened one', [registered, accepted, closed, reopened], 'urge', [urged.type]],
    ['urging a merged case, which another one answers', [registered, merged], 'urge', 'state-conflict'],
    ['urging nothing', [], 'urge', 'not-found'],
    ['adding to a case', [registered], 'supplement', [supplemented.type]],
    ['adding to a refused one', [registered, refused], 'supplement', 'state-conflict'],
    ['adding to a withdrawn one', [registered, withdrawn], 'supplement', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));

  it('are counted, each for itself', () => {
    const { state } = given(registered, urged, supplemented);
    expect(urge(state, { text: null })[0]?.data).toEqual({ ordinal: 2, text: null });
    expect(supplement(state, { text: maskText('More.') })[0]?.data).toEqual({ ordinal: 2, text: 'More.' });
  });
});
