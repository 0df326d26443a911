import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, closed, contacted, given, joined, left, registered, withdrawn } from '../domain/sample-events.js';

describe('withdrawal', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['withdrawal at once', [registered], 'withdraw', [withdrawn.type]],
    ['withdrawal while handled', [registered, accepted, contacted], 'withdraw', [withdrawn.type]],
    ['withdrawal after closing', [registered, accepted, closed], 'withdraw', 'state-conflict'],
    ['withdrawing a case that others have joined', [registered, accepted, joined], 'withdraw', 'state-conflict'],
    ['withdrawing when they have left', [registered, accepted, joined, left], 'withdraw', [withdrawn.type]],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
