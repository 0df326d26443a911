/** A thread of a rebuild: folds its share of the partitions. */
import { runFillWorker } from '@lianban/projections';
import { readModels } from './read-models.js';

runFillWorker(readModels);
