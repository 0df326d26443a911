export * from './event-store.js';
export * from './ids.js';
export * from './metrics.js';
export * from './outbox.js';
export { postgresEventStore } from './postgres-event-store.js';
export { inTransaction, NotCommitted, NotConnected } from './transaction.js';
export * from './tracing.js';
export { inMemoryEventStore } from './in-memory-event-store.js';
