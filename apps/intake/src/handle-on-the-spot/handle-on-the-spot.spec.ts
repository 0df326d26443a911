import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, given, joined, merged, onTheSpot, registered, reopened, unmerged, withdrawn } from '../domain/sample-events.js';

describe('settling a case on the spot', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['on the spot at once', [registered], 'handleOnTheSpot', [onTheSpot.type]],
    ['on the spot after acceptance', [registered, accepted], 'handleOnTheSpot', [onTheSpot.type]],
    ['on the spot after dispatch', [registered, accepted], 'handleDispatched', 'state-conflict'],
    ['on the spot, opened again and not dispatched since', [registered, accepted, withdrawn, reopened], 'handleDispatchedBefore', [onTheSpot.type]],
    ['on the spot, opened again and dispatched since', [registered, accepted, withdrawn, reopened], 'handleDispatched', 'state-conflict'],
    ['on the spot, unmerged, which has it dispatched anew', [registered, accepted, merged, unmerged], 'handleDispatchedBefore', 'state-conflict'],
    ['on the spot, opened again, dispatched nobody knows when', [registered, accepted, withdrawn, reopened], 'handleDispatchedOnce', 'state-conflict'],
    ['on the spot twice', [registered, onTheSpot], 'handleOnTheSpot', 'state-conflict'],
    ['on the spot for all', [registered, joined], 'handleOnTheSpot', [onTheSpot.type]],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
