/** A thread of a rebuild: folds its share of the partitions. */
import { runFillWorker } from '@lianban/projections';
import { casesReadModel } from './cases-read-model.js';

runFillWorker([casesReadModel]);
