import { describe, expect, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, given, kindSet, merged, refused, registered, reopened, withdrawn } from '../domain/sample-events.js';
import { accept } from './accept.decider.js';

describe('acceptance', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['acceptance', [registered], 'accept', [accepted.type]],
    ['acceptance twice', [registered, accepted], 'accept', 'state-conflict'],
    ['acceptance of a refused case', [registered, refused], 'accept', 'state-conflict'],
    ['acceptance of nothing', [], 'accept', 'not-found'],
    ['acceptance of a reopened case that never was accepted', [registered, withdrawn, reopened], 'accept', [accepted.type]],
    ['acceptance with a kind: the kind first, since limits are chosen by it', [registered], 'acceptWithKind', [kindSet.type, accepted.type]],
    ['accepting a merged case', [registered, merged], 'accept', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));

  it('leaves a kind that is known already, and corrects another one', () => {
    const state = given(registered, kindSet).state;
    expect(accept(state, { level: 'simple', category: null, greenChannel: false, kind: 'help' })).toHaveLength(1);
    expect(accept(state, { level: 'simple', category: null, greenChannel: false, kind: 'praise' })[0]?.data).toEqual({ kind: 'praise', previousKind: 'help', reason: null });
  });

  it('keeps the category of the registration unless the acceptance names one', () => {
    const state = given(registered).state;
    expect(accept(state, { level: 'simple', category: null, greenChannel: false })[0]?.data).toMatchObject({ category: 'a/b/c' });
    expect(accept(state, { level: 'simple', category: 'x/y/z', greenChannel: false })[0]?.data).toMatchObject({ category: 'x/y/z' });
  });
});
