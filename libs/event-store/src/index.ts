export * from './event-store.js';
export * from './ids.js';
export * from './outbox.js';
export { inTransaction, postgresEventStore } from './postgres-event-store.js';
export { inMemoryEventStore } from './in-memory-event-store.js';
