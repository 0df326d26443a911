import { describe, expect, it } from '@jest/globals';
import { catalogue, topics, UnreadableEvent } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';
import { entryOf, noted, partitionOf } from '../test-support/events.js';
import { addressOf, familiesOf, subjectOf, toEnvelope, toMessage, toRawEvent } from './cloud-event.js';
import type { RawEvent } from './cloud-event.js';
import { chunksOf } from './outgoing.js';

const rawOf = (entry: ReturnType<typeof entryOf>): RawEvent => partitionOf([entry])[0] as RawEvent;

/** What a consumer reads of a message. */
const read = (raw: RawEvent) => {
  const address = addressOf(raw);
  if (!address) throw new Error('no address');
  return toEnvelope(raw, address);
};

describe('an event on its way through Kafka', () => {
  it.each(catalogue.filter((definition) => !('upcast' in definition)).map((definition) => [definition.type, definition] as const))('arrives as it was written: %s', (type, { source, example }) => {
    const entry = { ...entryOf('大厦/路灯 7', 3, { source, type, data: example }), actor: { id: 'op-1', role: 'operator' as const, department: '城管', territory: 'grid-7' } };
    const { xid: _xid, position: _position, type: _type, data, ...metadata } = entry;
    // Over the wire headers are bytes.
    const { headers, value } = rawOf(entry);
    const message = { key: null, value, timestamp: '0', attributes: 0, offset: '5', headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])) };
    expect(read(toRawEvent('topic', 0, message))).toEqual({ type, data, metadata });
  });

  it('has the case id as subject, for reference data the code', () => {
    expect(subjectOf('8a0f')).toBe('8a0f');
    expect(subjectOf('category/城乡建设/市政/路灯')).toBe('城乡建设/市政/路灯');
  });

  it.each([
    ['ce_source', '/lianban/'], ['ce_source', 'https://example.org/lianban/intake'], ['ce_source', undefined], ['ce_streamid', ''], ['ce_type', undefined], ['ce_subject', undefined],
    ['ce_streamversion', '0'], ['ce_streamversion', '-1'], ['ce_streamversion', '1.5'], ['ce_streamversion', '2147483648'], ['ce_streamversion', 'x'], ['ce_streamversion', undefined],
  ])('has no address when %s is %s', (header, value) => {
    const raw = rawOf(noted('A', 1, null));
    const { [header]: _left, ...headers } = raw.headers;
    expect(addressOf({ ...raw, headers: value === undefined ? headers : { ...headers, [header]: value } })).toBeUndefined();
  });

  it.each(['ce_streamid', 'ce_type', 'ce_subject'])('has no address when %s is longer than a table can index', (header) => {
    const raw = rawOf(noted('A', 1, null));
    expect(addressOf({ ...raw, headers: { ...raw.headers, [header]: 'x'.repeat(400) } })).toBeDefined();
    expect(addressOf({ ...raw, headers: { ...raw.headers, [header]: 'x'.repeat(401) } })).toBeUndefined();
  });

  it('is unreadable without id, without a time, or with a payload that is no JSON, and says so without quoting it', () => {
    const raw = rawOf(noted('A', 1, null));
    for (const headers of [{ ...raw.headers, ce_id: '' }, { ...raw.headers, ce_time: '' }, { ...raw.headers, ce_time: 'soon' }]) {
      expect(() => read({ ...raw, headers })).toThrow(UnreadableEvent);
    }
    expect(() => read({ ...raw, value: Buffer.from('13812345678') })).toThrow(UnreadableEvent);
    expect(() => read({ ...raw, value: Buffer.from('Zhang 13812345678') })).toThrow(/^lianban\.case\.contacted\.v1: payload is not JSON$/);
  });

  it('holds no NUL in its headers, which Postgres could not store', () => {
    const message = { key: null, value: null, timestamp: '0', attributes: 0, offset: '0', headers: { a: Buffer.from('x\0y') } };
    expect(toRawEvent('t', 0, message)).toMatchObject({ headers: { a: 'x\uFFFDy' }, value: Buffer.alloc(0) });
  });

  it('can only be subscribed to by a type of the catalogue', () => {
    expect(familiesOf(['lianban.case.contacted.v1'])).toEqual(new Set(['lianban.case.contacted']));
    expect(() => familiesOf(['lianban.case.contacted.v2'])).toThrow('not in the catalogue');
  });
});

describe('what goes out in one request', () => {
  const cut = (entries: readonly OutboxEntry[]) => [...chunksOf(entries, (topic) => topic)];

  it('stays below what a broker takes in one batch, in order, with nothing lost', () => {
    const entries = Array.from({ length: 400 }, (_, n) => ({ ...noted('A', n + 1, '灯'.repeat(n % 7 === 0 ? 20_000 : 10)), position: String(n + 1) }));
    const chunks = cut(entries);
    expect(chunks.flatMap((chunk) => chunk.entries)).toEqual(entries);
    expect(chunks.flatMap(({ topicMessages }) => topicMessages.flatMap(({ messages }) => messages))).toEqual(entries.map((entry) => toMessage(entry)));
    expect(chunks.map(({ end }) => end)).toEqual(chunks.map((chunk) => expect.objectContaining({ position: chunk.entries.at(-1)?.position })));
    expect(chunks.length).toBeGreaterThan(3);
    for (const { topicMessages } of chunks) expect(Buffer.byteLength(JSON.stringify(topicMessages))).toBeLessThan(1_000_000);
    expect(cut([])).toEqual([]);
    // One that is too large by itself is for the broker to refuse.
    expect(cut([noted('A', 1, 'x'.repeat(2_000_000))])).toHaveLength(1);
  });

  it('goes to the topic of its type, keyed by subject', () => {
    const department = catalogue.find(({ type }) => type === 'lianban.directory.department-changed.v1');
    const [chunk] = cut([noted('A', 1, null), entryOf('department/x', 1, { source: 'dispatch', type: department?.type, data: department?.example }), noted('B', 1, null)]);
    expect(chunk?.topicMessages.map(({ topic, messages: some }) => [topic, some.map(({ key }) => key)])).toEqual([[topics.case, ['A', 'B']], [topics.directory, ['x']]]);
  });
});
