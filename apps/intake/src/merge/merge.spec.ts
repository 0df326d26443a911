import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, closed, given, joined, left, merged, registered, reopened, unmerged, withdrawn } from '../domain/sample-events.js';

describe('merging and unmerging', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['merging at once', [registered], 'merge', [merged.type]],
    ['merging while handled', [registered, accepted], 'merge', [merged.type]],
    ['merging into the same again', [registered, merged], 'merge', []],
    ['merging a merged case elsewhere', [registered, merged], 'mergeElsewhere', 'state-conflict'],
    ['merging into itself', [registered], 'mergeIntoItself', 'validation-failed'],
    ['merging what has ended', [registered, withdrawn], 'merge', 'state-conflict'],
    ['merging nothing', [], 'merge', 'not-found'],
    ['merging a case that others have joined', [registered, joined], 'merge', 'state-conflict'],
    ['unmerging', [registered, merged], 'unmerge', [unmerged.type]],
    ['unmerging what is not merged', [registered], 'unmerge', 'state-conflict'],
    ['unmerging from another than it is in', [registered, merged], 'unmergeFromElsewhere', 'state-conflict'],
    ['unmerging what was settled before', [registered, accepted, merged], 'unmergeSettled', [unmerged.type, closed.type]],
    ['unmerging what was settled in an earlier life', [registered, accepted, closed, reopened, merged], 'unmergeSettled', [unmerged.type]],
    ['joining', [registered], 'join', [joined.type]],
    ['joining what has ended', [registered, accepted, closed], 'join', 'state-conflict'],
    ['joining a merged case', [registered, merged], 'join', 'state-conflict'],
    ['joining nothing', [], 'join', 'validation-failed'],
    ['leaving', [registered, joined], 'leave', [left.type]],
    ['leaving a case that waited for this requester only', [registered, accepted, joined], 'leaveSettled', [left.type, closed.type]],
    ['leaving a case that has ended', [registered, accepted, joined, closed], 'leaveSettled', [left.type]],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
