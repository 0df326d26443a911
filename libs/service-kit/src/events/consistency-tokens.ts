import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainError, sources } from '@lianban/contracts';
import type { Source } from '@lianban/contracts';
import type { SeenEvent } from '@lianban/kafka';
import { say } from '@lianban/texts';

export const consistencyHeader = 'x-consistency-token';

const sign = (payload: string, secret: string): Buffer => createHmac('sha256', secret).update(payload).digest();

/** Says that its bearer has seen one stream up to a version. */
export const writeToken = (seen: SeenEvent, secret: string): string => {
  const payload = Buffer.from(JSON.stringify([seen.source, seen.streamId, seen.version])).toString('base64url');
  return `${payload}.${sign(payload, secret).toString('base64url')}`;
};

/** Reads a header that may repeat or hold a list. @throws DomainError `invalid-consistency-token` for a string that is not ours */
export const readTokens = (header: string | readonly string[] | undefined, secret: string): SeenEvent[] =>
  [header ?? []].flat().join(',').split(',').map((token) => token.trim()).filter((token) => token !== '').map((token) => {
    const [payload = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = sign(payload, secret);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new DomainError('invalid-consistency-token', say('token-not-made-here'), [{ field: 'X-Consistency-Token', reason: say('must-be-header-of-earlier-answer') }]);
    }
    const [source, streamId, version] = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as [Source, string, number];
    if (!sources.includes(source)) throw new DomainError('invalid-consistency-token', say('token-of-unknown-service'));
    return { source, streamId, version };
  });
