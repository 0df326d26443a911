import { describe, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { minuteOf } from '@lianban/testing';
import type { Expected } from '@lianban/testing';
import type { IntakeEvent } from '../domain/intake-case.js';
import { commands } from '../domain/sample-commands.js';
import { accepted, contacted, given, left, merged, refused, registered, withdrawn } from '../domain/sample-events.js';
import { contact } from './contact.decider.js';

describe('contact with the requester', () => {
  it.each<[string, IntakeEvent[], keyof typeof commands, Expected]>([
    ['contact', [registered], 'contact', [contacted.type]],
    ['contact again', [registered, contacted], 'contact', []],
    ['contact after acceptance', [registered, accepted], 'contact', [contacted.type]],
    ['contact of nobody', [], 'contact', 'not-found'],
    ['contact of a merged case', [registered, merged], 'contact', [contacted.type]],
    ['contact after the end', [registered, refused], 'contact', 'state-conflict'],
  ])('%s', (_what, events, command, expected) => given(...events).when(commands[command]).then(expected));
});

describe('a contact that is entered for the second minute', () => {
  it.each<[string, IntakeEvent[], Expected]>([
    ['from before an acceptance', [registered, left, accepted], [contacted.type]],
    ['from before another one', [registered, left, contacted], [contacted.type]],
    ['from after another one', [registered, contacted, accepted], []],
    ['from before the end', [registered, left, withdrawn], [contacted.type]],
    ['from after the end', [registered, refused], 'state-conflict'],
  ])('%s', (_what, events, expected) => {
    given(...events).when((state) => contact(state, { note: maskText('Called.'), at: minuteOf(2) })).then(expected);
  });
});
