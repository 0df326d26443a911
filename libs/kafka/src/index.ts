export * from './topics.js';
export * from './cloud-event.js';
export * from './client.js';
export * from './relay.js';
export * from './consumer.js';
export * from './consistency.js';
export { createApplier, Fenced, isDatabaseAway, isLostRace } from './apply-events.js';
export type { ApplyOptions, EventHandling } from './apply-events.js';
export * from './consumer-tables.js';
