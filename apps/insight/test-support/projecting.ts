import type { EventEnvelope } from '@lianban/contracts';
import { writeNow } from '@lianban/kafka';
import { createProjector, type Tx } from '@lianban/projections';
import { casesReadModel } from '../src/cases-read-model.js';

/** Folds events into the tables of a version and writes what changed. */
export const projecting = () => {
  const project = createProjector(casesReadModel);
  return async (tx: Tx, version: number, events: readonly EventEnvelope[]): Promise<void> => writeNow(tx, await project(tx, version, events));
};
