import { say } from '@lianban/texts';
import type { Message } from '@lianban/texts';

/** Far more than any route takes; class-transformer's work grows with the square of unknown names. */
const mostParameters = 100;

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

/** What another reader of the same address may take for something else: `..` for the folder above, an encoded slash for a slash. */
const isPlain = (segment: string): boolean => {
  const text = decodeURIComponent(segment);
  return text !== '.' && text !== '..' && !/[/\\\u0000-\u001f\u007f]/.test(text);
};

/**
 * Why an address is refused, undefined for one that every reader understands alike. Router, forwarder and service each read it on their
 * own: what they could differ on is not passed on.
 * @param target as it stands in the request line
 */
export const whyAddressRefused = (target: string): Message | undefined => {
  if (!target.startsWith('/')) return say('address-begins-with-slash');
  if (/[^\x21-\x7e]|#/.test(target)) return say('address-in-visible-ascii');
  const end = target.indexOf('?');
  const [path, query] = end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end + 1)];
  if (path.includes('\\') || path.includes('//')) return say('address-without-odd-slashes');
  if (!isDecodable(path) || !isDecodable(query)) return say('address-in-utf8');
  if (!path.split('/').every(isPlain)) return say('address-in-plain-segments');
  if (query.split('&', mostParameters + 1).length > mostParameters) return say('address-of-few-parameters', { max: mostParameters });
  return undefined;
};
