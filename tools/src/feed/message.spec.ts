import { describe, expect, it } from '@jest/globals';
import { lineReader } from './message.js';

const good = { id: '1', requester: 'U1', title: 't', text: 'x', submittedAt: '2019-01-01T08:00:00+08:00', reply: 'r', repliedAt: '2019-01-02T08:00:00+08:00' };
const now = Date.parse('2026-01-01T00:00:00Z');

describe('a line of a message file', () => {
  it('is read', () => {
    expect(lineReader(now)(JSON.stringify(good), 1)).toEqual({ message: good });
  });

  it('takes a number as id', () => {
    expect(lineReader(now)(JSON.stringify({ ...good, id: 7 }), 1)).toMatchObject({ message: { id: '7' } });
  });

  it('is passed over when blank', () => {
    expect(lineReader(now)('  ', 1)).toBeUndefined();
  });

  it.each([
    ['no JSON', '{oops', 'no JSON'],
    ['not an object', '7', 'line'],
    ['a missing field', JSON.stringify({ ...good, submittedAt: undefined }), 'submittedAt'],
    ['a time without offset', JSON.stringify({ ...good, repliedAt: '2019-01-02T08:00:00' }), 'repliedAt'],
    ['a reply before the message', JSON.stringify({ ...good, repliedAt: '2018-01-02T08:00:00+08:00' }), 'before submittedAt'],
    ['a reply from the future', JSON.stringify({ ...good, repliedAt: '2036-01-02T08:00:00+08:00' }), 'future'],
    ['no reply', JSON.stringify({ ...good, reply: ' ' }), 'reply'],
    ['no words', JSON.stringify({ ...good, title: '', text: '' }), 'neither title nor text'],
  ])('is reported with its number: %s', (_, source, reason) => {
    const read = lineReader(now)(source, 12);
    expect(read).toMatchObject({ line: 12 });
    expect(read && 'reason' in read ? read.reason : '').toContain(reason);
  });

  it('may not repeat an id', () => {
    const read = lineReader(now);
    read(JSON.stringify(good), 1);
    expect(read(JSON.stringify(good), 5)).toEqual({ line: 5, reason: 'id: 1 is on line 1 already' });
  });
});
