import type { EventEnvelope } from '@lianban/contracts';
import { writeNow } from '@lianban/kafka';
import { createProjector, type ReadModel, type Tx } from '@lianban/projections';
import { casesReadModel } from '../src/read-models.js';

/** Folds events into the tables of a version and writes what changed. */
export const projecting = (model: ReadModel<unknown> = casesReadModel) => {
  const project = createProjector(model);
  return async (tx: Tx, version: number, events: readonly EventEnvelope[]): Promise<void> => writeNow(tx, await project(tx, version, events));
};
