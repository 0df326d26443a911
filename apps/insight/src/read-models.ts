/** The read models of insight. Each is a folder in `read-models`, and a line here: from this list they are installed, run, rebuilt and reconciled. */
import { extname } from 'node:path';
import type { FillWorkers, ReadModel } from '@lianban/projections';
import { casesReadModel } from './read-models/cases/cases-read-model.js';
import { visitsReadModel } from './read-models/visits/visits-read-model.js';

export const readModels: readonly ReadModel<unknown>[] = [
  casesReadModel,
  visitsReadModel,
];

/** Where the SQL of a read model lies: beside its fold, in `src` and in `dist`. */
export const sqlFolderOf = ({ name }: { readonly name: string }): URL => new URL(`./read-models/${name}/`, import.meta.url);

/** The threads of a rebuild. */
export const fillWorkers: FillWorkers = { entry: new URL(`fill-worker${extname(import.meta.url)}`, import.meta.url) };

export { casesReadModel, visitsReadModel };
