import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The SQL of one version of a read model. */
export interface ReadModelSql {
  readonly tables: string;
  /** One statement each: they are made outside a transaction. */
  readonly indexes: readonly string[];
  readonly views: string;
  /** The same for the same files: tells whether a version that is live was made by this build. */
  readonly shape: string;
}

/**
 * Reads `1-tables.sql`, `2-indexes.sql` and `3-views.sql`, in which `_vN` stands for the version.
 * @param folder URL of the folder, with a slash at its end
 */
export const readModelSql = async (folder: URL, version: number): Promise<ReadModelSql> => {
  const files = await Promise.all(['1-tables.sql', '2-indexes.sql', '3-views.sql'].map((file) => readFile(new URL(file, folder), 'utf8')));
  const [tables, indexes, views] = files.map((text) => text.replaceAll('_vN', `_v${version}`));
  const statements = (indexes ?? '').replaceAll(/--.*$/gm, '').split(';').map((statement) => statement.trim()).filter(Boolean);
  return { tables: tables ?? '', indexes: statements, views: views ?? '', shape: createHash('sha256').update(JSON.stringify(files)).digest('hex') };
};
