import { readModels, sqlFolderOf } from '@lianban/insight/read-models';
import { installReadModel, readModelSql } from '@lianban/projections';
import type pg from 'pg';
import { withSession } from './with-session.js';

/**
 * Makes the first version of each read model that is missing; a later shape comes by `npm run rebuild`. Not a migration, since
 * the tables of a read model have no history to keep: they are made anew from the topic.
 * @returns what it made, as `insight/<read model>`
 */
export async function installReadModels(owner: pg.ClientBase): Promise<string[]> {
  const installed: string[] = [];
  await owner.query('SET search_path = insight');
  for (const model of readModels) {
    if (await installReadModel(owner, model, sqlFolderOf(model))) installed.push(`insight/${model.name}`);
  }
  await owner.query('RESET search_path');
  return installed;
}

/** Read models whose live version was made by another build: questions that read a new column of theirs fail until `npm run rebuild`. */
export const readModelsOfAnotherShape = (adminUrl: string): Promise<string[]> => withSession(adminUrl, async (client) => {
  const { rows } = await client.query<{ name: string; shape: string | null }>('SELECT name, shape FROM insight.read_model');
  const shapes = await Promise.all(readModels.map(async (model) => [model.name, (await readModelSql(sqlFolderOf(model), 1)).shape] as const));
  return shapes.filter(([name, shape]) => rows.some((row) => row.name === name && row.shape !== shape)).map(([name]) => name);
});
