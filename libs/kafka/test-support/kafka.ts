import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { OutboxEntry } from '@lianban/event-store';
import { addressOf, kafkaClient, toMessage, topicBounds, toRawEvent } from '@lianban/kafka';
import type { ISocketFactory, RawEvent } from '@lianban/kafka';
import { AssignerProtocol, Partitioners } from 'kafkajs';
import { quietLog } from './events.js';

/** Follows a topic from its start, as an integrator would. */
export const watchTopic = async (brokers: readonly string[], topic: string): Promise<{ messages: RawEvent[]; stop(): Promise<void> }> => {
  const messages: RawEvent[] = [];
  const consumer = kafkaClient(brokers, 'watcher', quietLog()).consumer({ groupId: `watcher-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ eachMessage: async ({ topic: from, partition, message }) => { messages.push(toRawEvent(from, partition, message)); } });
  return { messages, stop: () => consumer.disconnect() };
};

/** Puts events into a topic without a relay, also wrong ones. */
export const publish = async (brokers: readonly string[], topic: string, entries: readonly OutboxEntry[]): Promise<void> => {
  const producer = kafkaClient(brokers, 'test', quietLog()).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: entries.map(toMessage) });
  await producer.disconnect();
};

const aTopic = 2;

/** What a topic is set to. */
export const configOf = async (brokers: readonly string[], topic: string): Promise<Record<string, string>> => {
  const admin = kafkaClient(brokers, 'test', quietLog()).admin();
  await admin.connect();
  const { resources: [found] } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: aTopic, name: topic }] });
  await admin.disconnect();
  return Object.fromEntries((found?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]));
};

/** A message of somebody else in a transaction, which stays open until it is ended. */
export const foreignTransaction = async (brokers: readonly string[], topic: string, partition: number): Promise<{ commit(): Promise<void>; abort(): Promise<void> }> => {
  const producer = kafkaClient(brokers, 'foreigner', quietLog()).producer({ transactionalId: randomUUID(), maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ key: 'foreign', value: 'of somebody else', partition }] });
  return {
    commit: () => transaction.commit().then(() => producer.disconnect()),
    abort: () => transaction.abort().then(() => producer.disconnect()),
  };
};

/** Sets a group's own offsets to the first or past the last message, as a tool would. The group must have no members. */
export const setGroupOffsets = async (brokers: readonly string[], groupId: string, topic: string, to: 'start' | 'end'): Promise<void> => {
  const bounds = await topicBounds(brokers, [topic], quietLog());
  // The admin's own way fetches once, which takes the 5 s that a fetch waits.
  const member = kafkaClient(brokers, 'test', quietLog()).consumer({ groupId, maxWaitTimeInMs: 100 });
  // A client that has joined and does not run yet takes a commit and drops it.
  const running = new Promise((resolve) => { member.on(member.events.FETCH_START, resolve); });
  await member.connect();
  await member.subscribe({ topic, fromBeginning: true });
  await member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: () => Promise.resolve() });
  await running;
  await member.commitOffsets(bounds.map(({ partition, from, to: end }) => ({ topic, partition, offset: String(to === 'start' ? from : end) })));
  await member.disconnect();
};

/** The partitions of the topic that each member of a group is assigned, as the broker has it. */
export const sharesOf = async (brokers: readonly string[], groupId: string, topic: string): Promise<number[][]> => {
  const admin = kafkaClient(brokers, 'test', quietLog()).admin();
  await admin.connect();
  const { groups: [group] } = await admin.describeGroups([groupId]);
  await admin.disconnect();
  return (group?.members ?? []).map(({ memberAssignment }) => AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? []);
};

/** The versions of each stream in the order of the topic. `ignoringCopies`: as an integrator who drops what was there before. */
export const versionsIn = (messages: readonly RawEvent[], { ignoringCopies = false } = {}): Map<string, number[]> => {
  const streams = new Map<string, number[]>();
  for (const message of messages) {
    const address = addressOf(message);
    if (!address) throw new Error('a message without address');
    const versions = streams.get(address.streamId) ?? [];
    streams.set(address.streamId, versions);
    if (!ignoringCopies || address.streamVersion > (versions.at(-1) ?? 0)) versions.push(address.streamVersion);
  }
  return streams;
};

/** The way to the brokers, which can be cut: connections break and new ones are refused until it is mended. */
export const brokerLine = (): { socketFactory: ISocketFactory; cut(): void; mend(): void } => {
  const sockets = new Set<Socket>();
  let whole = true;
  return {
    socketFactory({ host, port, onConnect }) {
      // Nothing listens on port 1.
      const socket = connect({ host: whole ? host : '127.0.0.1', port: whole ? port : 1 }, onConnect);
      socket.setKeepAlive(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    },
    mend() { whole = true; },
  };
};

/**
 * A way to the brokers that can be slow: while it is held, what was written to it waits on the way, and arrives later even if the
 * writer has hung up by then, as with a leader that was stopped after it had written.
 */
export const slowLine = async (): Promise<{ socketFactory: ISocketFactory; hold(): void; release(): void; waiting(): number; close(): Promise<void> }> => {
  const ways = new Map<number, Socket>();
  let held = false;
  let waiting = 0;
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    const waitingHere: Buffer[] = [];
    // The first bytes name the broker's port.
    inner.once('data', (first: Buffer) => {
      const outer = connect(first.readUInt16BE(0), '127.0.0.1');
      const flush = () => { for (const bytes of waitingHere.splice(0)) { waiting -= bytes.length; outer.write(bytes); } };
      outer.on('data', (bytes) => inner.write(bytes)).on('error', () => undefined).on('close', () => inner.destroy());
      const onData = (bytes: Buffer) => { waiting += bytes.length; waitingHere.push(bytes); if (!held) flush(); };
      if (first.length > 2) onData(first.subarray(2));
      inner.on('data', onData).on('error', () => undefined).on('close', () => { if (!held) outer.end(); });
      outer.on('release', () => { flush(); if (inner.destroyed) outer.end(); });
      ways.set(ways.size, outer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    socketFactory({ port, onConnect }) {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
        const name = Buffer.alloc(2);
        name.writeUInt16BE(port);
        socket.write(name);
        onConnect();
      });
      return socket;
    },
    hold() { held = true; },
    release() {
      held = false;
      for (const way of ways.values()) way.emit('release');
    },
    waiting: () => waiting,
    async close() {
      for (const way of ways.values()) way.destroy();
      server.close();
    },
  };
};

/** The way to brokers that take connections and say nothing, as stopped ones do, while `mute` holds. */
export const muteLine = async (mute: () => boolean): Promise<{ socketFactory: ISocketFactory; close(): void }> => {
  const silent = createServer();
  const sockets = new Set<Socket>();
  silent.on('connection', (socket) => { sockets.add(socket.on('error', () => undefined)); });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: nowhere } = silent.address() as AddressInfo;
  return {
    socketFactory: ({ host, port, onConnect }) => connect(mute() ? { host: '127.0.0.1', port: nowhere } : { host, port }, onConnect),
    close() {
      silent.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

const joinGroup = 11;
const notAuthorised = 30;

/** The way to brokers that, while `refusing` holds, let nobody into a group: an error that the client takes for final. */
export const refusedJoins = (refusing: () => boolean): ISocketFactory => ({ host, port, onConnect }) => {
  const socket = connect({ host, port }, onConnect);
  const asked = new Set<number>();
  const write = socket.write.bind(socket) as (request: Buffer, ...rest: unknown[]) => boolean;
  socket.write = ((request: Buffer, ...rest: unknown[]) => {
    if (refusing() && request.readInt16BE(4) === joinGroup) asked.add(request.readInt32BE(8));
    return write(request, ...rest);
  });
  socket.prependListener('data', (piece: Buffer) => { if (piece.length > 14 && asked.delete(piece.readInt32BE(4))) piece.writeInt16BE(notAuthorised, 12); });
  return socket;
};

/** The way to brokers whose disk has spoilt, while `spoiling` holds, every byte of this text. */
export const spoiltText = (text: string, spoiling: () => boolean): ISocketFactory => ({ host, port, onConnect }) => {
  const socket = connect({ host, port }, onConnect);
  socket.prependListener('data', (piece: Buffer) => {
    if (!spoiling()) return;
    for (let at = piece.indexOf(text); at >= 0; at = piece.indexOf(text, at + 1)) piece.fill(0xff, at, at + text.length);
  });
  return socket;
};

const offsetCommit = 8;
const coordinatorLoading = 14;

/**
 * The way to brokers that refuse, while `refusing` holds, to keep a group's offsets of this topic. The request names another topic, so that the broker keeps nothing,
 * and its answer is turned into an error that may be tried again.
 */
export const refusedCommits = (topic: string, refusing: () => boolean, refused: () => void = () => undefined): ISocketFactory => ({ host, port, onConnect }) => {
  const socket = connect({ host, port }, onConnect);
  const asked = new Set<number>();
  const write = socket.write.bind(socket) as (request: Buffer, ...rest: unknown[]) => boolean;
  socket.write = ((request: Buffer, ...rest: unknown[]) => {
    if (refusing() && request.readInt16BE(4) === offsetCommit) {
      asked.add(request.readInt32BE(8));
      request.write('?', request.indexOf(topic));
    }
    return write(request, ...rest);
  });
  // Answers come in pieces; the short ones, and the beginning of each, in one.
  let next = 0;
  socket.prependListener('data', (piece: Buffer) => {
    for (; next + 8 <= piece.length; next += 4 + piece.readInt32BE(next)) {
      if (!asked.delete(piece.readInt32BE(next + 4))) continue;
      refuse(piece, next + 12);
      refused();
    }
    next -= piece.length;
  });
  return socket;
};

/** Writes an error into each partition of an answer of the versions 3 to 5, from its topics on. */
const refuse = (answer: Buffer, topics: number): void => {
  let at = topics + 4;
  for (let left = answer.readInt32BE(topics); left > 0; left -= 1) {
    at += 2 + answer.readInt16BE(at);
    const partitions = answer.readInt32BE(at);
    at += 4;
    for (let partition = 0; partition < partitions; partition += 1, at += 6) answer.writeInt16BE(coordinatorLoading, at + 4);
  }
};
