import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { allTexts } from '@lianban/texts';

const root = new URL('../../', import.meta.url).pathname;
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'apps/*.ts', 'libs/*.ts'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  .filter((file) => !file.endsWith('.spec.ts'));
/** Where a text stands, its key is a property; where it is said, it is a string in other places of the line. */
const said = sources.map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/^ *'[a-z0-9-]+': (\{|'|"|`).*$/gm, (line) => (file.startsWith('libs/texts/') ? line.slice(line.indexOf(':')) : line))).join('\n');

it('every text is said somewhere', () => {
  expect(Object.keys(allTexts).filter((key) => !said.includes(`'${key}'`))).toEqual([]);
});
