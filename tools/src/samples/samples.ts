import { estateSamples } from './estates.js';
import { firmSamples } from './firms.js';
import { peopleSamples } from './people.js';
import type { SampleCase } from './sample-case.js';
import { streetSamples } from './streets.js';

/** Sample cases at every stage of life. The last one is registered only after all others are told: it marks the seeding as finished. */
export const samples: readonly SampleCase[] = [...firmSamples, ...estateSamples, ...peopleSamples, ...streetSamples];
