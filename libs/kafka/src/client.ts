import './fetch-answers.js';
import { Kafka, logLevel } from 'kafkajs';
import type { ConsumerConfig, ISocketFactory, LogEntry } from 'kafkajs';

export interface BackboneLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const kafkaLog = (log: BackboneLog) => () => ({ level, log: entry }: LogEntry) => {
  const { message, error, groupId, topic } = entry as { message: string; error?: unknown; groupId?: string; topic?: string };
  if (level === logLevel.ERROR) log.warn({ kafka: { error, groupId, topic } }, message);
};

export type { ISocketFactory } from 'kafkajs';

/** The only place that configures the client. We log its errors as warnings, since every caller retries. */
export const kafkaClient = (brokers: readonly string[], clientId: string, log: BackboneLog, socketFactory?: ISocketFactory): Kafka => {
  const kafka = new Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.ERROR,
    logCreator: kafkaLog(log),
    ...(socketFactory ? { socketFactory } : {}),
  });
  const consumer = kafka.consumer.bind(kafka);
  // Lianban uses no Kafka transactions, so readers need not wait for one to end: a foreign one that stays open would block every reader of its partition.
  kafka.consumer = (config: ConsumerConfig) => consumer({ ...config, readUncommitted: true });
  return kafka;
};
