import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, closed, given, joined, registered, reopened, withdrawn } from '../domain/sample-events.js';

describe('closing by call-back', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['closing by call-back', [registered, accepted], 'callBackCloses', [closed.type]],
    ['a rework closes nothing', [registered, accepted], 'callBackReworks', []],
    ['a second call-back', [registered, accepted, closed], 'callBackCloses', []],
    ['a call-back after withdrawal', [registered, accepted, withdrawn], 'callBackCloses', []],
    ['a call-back of an unknown case', [], 'callBackCloses', []],
    ['the old call-back after reopening', [registered, accepted, closed, reopened], 'callBackCloses', []],
    ['a call-back from before the reopening, heard after it', [registered, accepted, withdrawn, reopened], 'callBackFromBeforeCloses', []],
    ['the first call-back after the reopening of what was withdrawn', [registered, accepted, withdrawn, reopened], 'callBackCloses', [closed.type]],
    ['the next call-back after reopening', [registered, accepted, closed, reopened], 'laterCallBackCloses', [closed.type]],
    ['closing while another requester waits', [registered, accepted, joined], 'callBackCloses', []],
    ['closing when all are settled', [registered, accepted, joined], 'callBacksClose', [closed.type]],
    ['closing while another requester wants more', [registered, accepted, joined], 'joinedReworks', []],
    ['closing when only one has said so after a rework', [registered, accepted, joined], 'joinedReworkedThenCloses', []],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
