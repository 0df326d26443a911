import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, closed, given, kindSet, registered, reRated } from '../domain/sample-events.js';

describe('another level', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['another level', [registered, accepted], 'reRate', [reRated.type]],
    ['the same level again', [registered, accepted, reRated], 'reRate', []],
    ['a kind where none was set', [registered, accepted], 'correctKind', [kindSet.type]],
    ['a kind and another level', [registered, kindSet, accepted], 'reRateWithKind', [kindSet.type, reRated.type]],
    ['another kind than was set', [registered, kindSet, accepted, reRated], 'reRateWithKind', [kindSet.type]],
    ['a kind before acceptance', [registered], 'correctKind', 'state-conflict'],
    ['a level before acceptance', [registered], 'reRate', 'state-conflict'],
    ['a level after the end', [registered, accepted, closed], 'reRate', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
