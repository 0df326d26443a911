/** The shipped sample district, read from `apps/dispatch/data`. A deployment replaces the files. */
import { readFile } from 'node:fs/promises';
import type { EventByType, LianbanEvent } from '@lianban/contracts';
import { pathsUp } from '@lianban/service-kit';

type Department = EventByType<'lianban.directory.department-changed.v1'>['data'];
type Territory = EventByType<'lianban.directory.territory-changed.v1'>['data'];

export interface ReferenceEntry {
  readonly streamId: string;
  readonly event: LianbanEvent;
}

const read = async <T>(file: string): Promise<T> =>
  JSON.parse(await readFile(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;

/**
 * In the order in which they are published, the same for every process: what hangs on a territory before that territory, and the top of their tree, by which
 * readers know that they have everything, last of all.
 * @throws Error when no territory is the top
 */
export const readReferenceData = async (): Promise<ReferenceEntry[]> => {
  const departments = await read<Department[]>('departments.json');
  const territories = await read<Territory[]>('territories.json');
  const categories = await read<string[]>('categories.json');
  if (!territories.some(({ parent }) => parent === null)) throw new Error('apps/dispatch/data/territories.json: one territory, the top of the tree, must have the parent null');
  const pathUp = pathsUp(territories);
  const byId = <Entry extends { readonly streamId: string }>(entries: readonly Entry[]): Entry[] => [...entries].sort((a, b) => (a.streamId < b.streamId ? -1 : 1));
  return [
    ...byId(categories.map((code) => {
      const [level1 = '', level2 = '', level3 = ''] = code.split('/');
      return {
        streamId: `category/${code}`,
        event: { type: 'lianban.directory.category-changed.v1' as const, data: { code, levels: [level1, level2, level3] as [string, string, string], active: true } },
      };
    })),
    ...byId(departments.map((data) => ({ streamId: `department/${data.code}`, event: { type: 'lianban.directory.department-changed.v1' as const, data } }))),
    ...byId(territories.map((data) => ({ streamId: `territory/${data.code}`, event: { type: 'lianban.directory.territory-changed.v1' as const, data } })))
      .sort((a, b) => pathUp(b.event.data.code).length - pathUp(a.event.data.code).length),
  ];
};
