// A relay in a process of its own, which a test can stop or kill: `relay-process.ts '{"databaseUrl":…,"brokers":[…],"topic":…}'`.
import { createRelay } from '@lianban/kafka';
import { quietLog } from './events.js';

const { topic, ...options } = JSON.parse(process.argv[2] ?? '') as { databaseUrl: string; brokers: string[]; topic: string };
const relay = createRelay({ source: 'intake', schema: 'public', log: quietLog(), topicName: () => topic, batchSize: 20, ...options });
relay.start();
setInterval(() => process.send?.({ leading: relay.leading, published: relay.published, orderAlarms: relay.orderAlarms }), 20);
process.once('disconnect', () => process.exit(0));
