import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { crossValidate, figuresOf } from './evaluate.js';
import type { Figures } from './evaluate.js';
import { labelReply } from './labels/label-reply.js';
import type { KeywordTable } from './keywords.js';
import type { Example } from './train.js';

/** The texts are not ours to copy; whoever has them names their folder. */
const folder = process.env.LIANBAN_DATA;

const data = (file: string): unknown => JSON.parse(readFileSync(new URL(`../../../apps/dispatch/data/${file}`, import.meta.url), 'utf8'));

/** docs/routing.md has the figures. The floors lie a little below. */
(folder ? describe : describe.skip)('on real messages that the model has not seen', () => {
  let figures: Figures;
  beforeAll(() => {
    const candidates = (data('departments.json') as { code: string; kind: string; duties: string[] }[]).filter(({ kind }) => kind === 'department').map(({ code, duties }) => ({ department: code, duties }));
    const messages = readFileSync(join(folder ?? '', 'messages-replied.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { title: string; text: string; reply: string });
    const examples = messages.flatMap((message): Example[] => {
      const label = labelReply(message);
      return label ? [{ demand: { title: message.title, description: message.text, category: null }, department: label.department }] : [];
    });
    expect(examples.length).toBeGreaterThan(350);
    figures = figuresOf(crossValidate(examples, data('routing-keywords.json') as KeywordTable, candidates, { nested: false }));
  });

  it.each([
    ['the first department is right', 'first', 0.72],
    ['the right one is among the first three', 'amongThree', 0.89],
    ['it is sure', 'sure', 0.3],
    ['and where it is sure, it is right', 'sureRight', 0.88],
  ] as const)('%s', (_, what, floor) => expect(figures[what].share).toBeGreaterThanOrEqual(floor));
});
