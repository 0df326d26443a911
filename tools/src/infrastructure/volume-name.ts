import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** Docker's volumes are the machine's; passwords are a data folder's. Each folder has volumes of its own, so that they fit. */
export const volumeName = (server: 'postgres' | 'kafka', dataDir: string): string =>
  `lianban-${server}-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12)}`;
