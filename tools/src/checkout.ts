import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout; this file lies at the same depth in src/ and dist/. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What outlives a data folder: fetched jars. */
export const cacheDir = join(checkout, '.lianban', 'cache');

/** pom.xml and log configuration of the embedded Kafka. */
export const kafkaRecipeDir = join(checkout, 'tools', 'kafka');
