/** The shipped sample district, read from `apps/dispatch/data`. A deployment replaces the files. */
import { readFile } from 'node:fs/promises';
import type { EventByType, LianbanEvent } from '@lianban/contracts';

type Department = EventByType<'lianban.directory.department-changed.v1'>['data'];
type Territory = EventByType<'lianban.directory.territory-changed.v1'>['data'];

export interface ReferenceEntry {
  readonly streamId: string;
  readonly event: LianbanEvent;
}

const read = async <T>(file: string): Promise<T> =>
  JSON.parse(await readFile(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;

export const readReferenceData = async (): Promise<ReferenceEntry[]> => {
  const departments = await read<Department[]>('departments.json');
  const territories = await read<Territory[]>('territories.json');
  const categories = await read<string[]>('categories.json');
  return [
    ...departments.map((data) => ({ streamId: `department/${data.code}`, event: { type: 'lianban.directory.department-changed.v1' as const, data } })),
    ...territories.map((data) => ({ streamId: `territory/${data.code}`, event: { type: 'lianban.directory.territory-changed.v1' as const, data } })),
    ...categories.map((code) => {
      const [level1 = '', level2 = '', level3 = ''] = code.split('/');
      return {
        streamId: `category/${code}`,
        event: { type: 'lianban.directory.category-changed.v1' as const, data: { code, levels: [level1, level2, level3] as [string, string, string], active: true } },
      };
    }),
  ];
};
