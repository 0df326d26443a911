import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installReadModel } from '@lianban/projections';
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
