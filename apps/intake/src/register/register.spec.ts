import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { given, kindSet, registered, repeated } from '../domain/sample-events.js';

describe('registering a case', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['a new case', [], 'register', [registered.type]],
    ['a new case of a kind that is known', [], 'registerWithKind', [registered.type, kindSet.type]],
    ['a new case that repeats a closed one', [], 'registerRepeated', [registered.type, repeated.type]],
    ['a case twice', [registered], 'register', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
