import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, given, joined, refused, registered } from '../domain/sample-events.js';

describe('refusal', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['refusal', [registered], 'refuse', [refused.type]],
    ['refusal of an accepted case', [registered, accepted], 'refuse', 'state-conflict'],
    ['refusal twice', [registered, refused], 'refuse', 'state-conflict'],
    ['refusing a case that others have joined', [registered, joined], 'refuse', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});
