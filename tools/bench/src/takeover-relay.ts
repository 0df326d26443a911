/** A relay in a process of its own, as a service runs it, for whoever kills or stops it. Says when it begins to lead. */
import { createRelay } from '@lianban/kafka';

export interface RelayTask { readonly databaseUrl: string; readonly brokers: readonly string[] }

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

process.once('disconnect', () => process.exit(0));
process.once('message', (task) => {
  const relay = createRelay({ source: 'intake', schema: 'intake', log, ...task as RelayTask });
  relay.start();
  process.send?.('started');
  const watching = setInterval(() => {
    if (!relay.leading) return;
    clearInterval(watching);
    process.send?.('leads');
  }, 20);
});
