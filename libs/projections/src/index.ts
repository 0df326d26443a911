export * from './read-model.js';
export { createProjector, lockVersion, projection } from './projector.js';
export { loadRows } from './rows.js';
export { installReadModel } from './install.js';
export { readModelSql } from './sql-files.js';
export { rebuildReading } from './metrics.js';
export { runFillWorker, type FillWorkers } from './fill-workers.js';
export { rebuild } from './rebuild.js';
export type { RebuildOptions } from './rebuild.js';
