import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { catalogue, districtRules } from '@lianban/contracts';
import { allTexts, problemTitles, words } from '@lianban/texts';
import type { Text } from '@lianban/texts';

const root = new URL('../../', import.meta.url).pathname;
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'apps/*.ts', 'libs/*.ts'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  .filter((file) => !file.endsWith('.spec.ts'));
/** Where a text stands, its key is a property; where it is said, it is a string in other places of the line. */
const said = sources.map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/^ *'[a-z0-9-]+': (\{|'|"|`).*$/gm, (line) => (file.startsWith('libs/texts/') ? line.slice(line.indexOf(':')) : line))).join('\n');

it('every text is said somewhere', () => {
  const begun = [...said.matchAll(/say\(`([a-z-]+)\$\{/g)].map(([, start = '']) => start);
  expect(Object.keys(allTexts).filter((key) => !said.includes(`'${key}'`) && !begun.some((start) => key.startsWith(start)))).toEqual([]);
});

/** Names that are the same in every language. */
const sameEverywhere = /\b(JSON|HTTP|UTF-8|UUID|ASCII|ISO 8601|AsyncAPI|KB|NUL|typ)\b/g;
const shown: [string, Text][] = [
  ...[allTexts, problemTitles, ...Object.values(words)].flatMap((each) => Object.entries<Text>(each)),
  ...catalogue.map(({ type, summary }): [string, Text] => [type, summary]),
  ...Object.entries(districtRules).map(([name, { means }]): [string, Text] => [name, means]),
];

it.each(shown)('%s is Chinese throughout in Chinese', (_key, { en, zh }) => {
  expect([en, zh].map((text) => text.trim())).toEqual([en, zh]);
  const chinese = zh.replace(/\{[^}]*\}|`[^`]*`/g, '').replace(/\d{4}-\d{2}-\d{2}(T[\d:+]+)?/g, '').replace(sameEverywhere, '');
  expect(chinese).not.toMatch(/[A-Za-z]{2,}/);
  expect(chinese).not.toMatch(/\p{Script=Han}[,;:()]|[,;:()]\p{Script=Han}/u);
  if (en.replace(/\{[^}]*\}/g, '').match(/[a-z]/)) expect(chinese).toMatch(/\p{Script=Han}/u);
});
