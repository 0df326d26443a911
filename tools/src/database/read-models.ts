import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SessionClient } from '@lianban/event-store';
import { installReadModel, readModelSql } from '@lianban/projections';
import type pg from 'pg';
import { checkout } from '../checkout.js';

/**
 * Makes the first version of each read model that is missing; a later shape comes by `npm run rebuild`. Not a migration, since
 * the tables of a read model have no history to keep: they are made anew from the topic.
 * @returns what it made, as `insight/<read model>`
 */
export async function installReadModels(owner: pg.ClientBase, root = checkout): Promise<string[]> {
  const folder = join(root, 'apps/insight/read-models');
  const installed: string[] = [];
  await owner.query('SET search_path = insight');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (await installReadModel(owner, name, pathToFileURL(`${join(folder, name)}/`))) installed.push(`insight/${name}`);
  }
  await owner.query('RESET search_path');
  return installed;
}

/** Read models whose live version was made by another build: questions that read a new column of theirs fail until `npm run rebuild`. */
export async function readModelsOfAnotherShape(adminUrl: string, root = checkout): Promise<string[]> {
  const client = new SessionClient({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; shape: string | null }>('SELECT name, shape FROM insight.read_model');
    const folder = join(root, 'apps/insight/read-models');
    const shapes = await Promise.all(readdirSync(folder).map(async (name) => [name, (await readModelSql(pathToFileURL(`${join(folder, name)}/`), 1)).shape] as const));
    return shapes.filter(([name, shape]) => rows.some((row) => row.name === name && row.shape !== shape)).map(([name]) => name);
  } finally {
    await client.end();
  }
}
