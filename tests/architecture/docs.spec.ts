import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { catalogue, channels, clockKinds, handlingUnitKinds, levels, territoryKinds } from '@lianban/contracts';
import { root, settingsInCode } from './settings-in-code.js';

const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const markdown = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => join('docs', file)),
];
const readmes = ['README.md', 'README.zh-CN.md'];

/** Names in the first cells of table rows that hold nothing but names: the settings. */
const settingsIn = (file: string): Set<string> =>
  new Set([...text(file).matchAll(/^\| ((?:`[A-Z][A-Z0-9_]+`(?:, )?)+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name = '']) => name)));

const codeBlocks = (file: string): string[] => [...text(file).matchAll(/```[\s\S]*?```/g)].map(([block]) => block);

describe.each(readmes)('%s', (file) => {
  it('names every setting that the code reads, and no other', () => {
    expect([...settingsIn(file)].sort()).toEqual([...settingsInCode()].sort());
  });

  it('names every variable of docker-compose.yml', () => {
    const variables = new Set([...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
    expect([...variables].filter((name) => !text(file).includes(name))).toEqual([]);
  });

  it('maps every app and library', () => {
    for (const folder of ['apps', 'libs'].flatMap((top) => readdirSync(join(root, top)).map((name) => `${top}/${name}`))) {
      expect(text(file)).toMatch(new RegExp(`^${folder} `, 'm'));
    }
  });
});

it('no page has the marks of an unfinished merge', () => {
  expect(markdown.filter((file) => /^(<{7}|>{7}) /m.test(text(file)))).toEqual([]);
});

it('both READMEs have the same code, word for word', () => {
  expect(codeBlocks('README.zh-CN.md')).toEqual(codeBlocks('README.md'));
});

describe.each(markdown)('%s', (file) => {
  it('links to files that are there', () => {
    const links = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(resolve(root, dirname(file), link)))).toEqual([]);
  });

  it('names commands, files and event types that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const named = [...text(file).matchAll(/npm (?:run (?:--silent )?)([a-z-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const files = [...text(file).matchAll(/`((?:apps|libs|tools|tests|docs)\/[\w./-]+\w)`/g)].map(([, path = '']) => path);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const types = new Set<string>(catalogue.map(({ type }) => type));
    const mentioned = [...text(file).matchAll(/`(lianban\.[a-z-]+\.[a-z-]+\.v\d+)`/g)].map(([, type = '']) => type);
    expect(mentioned.filter((type) => !types.has(type))).toEqual([]);
  });
});

describe('docs/glossary.md', () => {
  it.each(Object.entries({ channels, levels, clockKinds, handlingUnitKinds, territoryKinds }))('has all %s', (_name, words) => {
    const glossary = text('docs/glossary.md');
    expect(words.filter((word) => !glossary.includes(`\`${word}\``))).toEqual([]);
  });
});

it('docs/adr/README.md lists every decision', () => {
  const decisions = readdirSync(join(root, 'docs/adr')).filter((file) => /^\d{4}-.*\.md$/.test(file));
  expect(decisions.length).toBeGreaterThan(5);
  for (const decision of decisions) expect(text('docs/adr/README.md')).toContain(`](${decision})`);
});
