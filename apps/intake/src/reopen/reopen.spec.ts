import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, closed, given, merged, onTheSpot, refused, registered, reopened, withdrawn } from '../domain/sample-events.js';

describe('opening a case again', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['opening a closed case again', [registered, accepted, closed], 'reopen', [reopened.type]],
    ['opening what was settled on the spot', [registered, onTheSpot], 'reopen', [reopened.type]],
    ['opening what was withdrawn', [registered, withdrawn], 'reopen', [reopened.type]],
    ['opening what was refused', [registered, refused], 'reopen', 'state-conflict'],
    ['opening what is open', [registered, accepted], 'reopen', 'state-conflict'],
    ['opening nothing', [], 'reopen', 'not-found'],
    ['opening a merged case again', [registered, merged], 'reopen', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
