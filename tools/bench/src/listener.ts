/** An ordinary kafkajs consumer, as an integrator would run it. */
import { kafkaClient, toRawEvent } from '@lianban/kafka';
import { troubleOnly } from '@lianban/tools/backbone-addresses';

/** When the last event of a type reached it, by case. */
export const listen = async (brokers: readonly string[], type: string) => {
  const arrived = new Map<string, number>();
  const consumer = kafkaClient(brokers, 'bench-listener', { ...troubleOnly, warn: () => undefined }).consumer({ groupId: `bench-listener-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 1_000 });
  await consumer.connect();
  await consumer.subscribe({ topics: ['lianban.case'], fromBeginning: false });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      const { headers } = toRawEvent(topic, partition, message);
      if (headers.ce_type === type) arrived.set(headers.ce_subject ?? '', performance.now());
    },
  });
  await joined;
  return { arrived, stop: () => consumer.disconnect() };
};
