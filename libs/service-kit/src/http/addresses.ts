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
export const whyAddressRefused = (target: string): string | undefined => {
  if (!target.startsWith('/')) return 'must be a path that begins with /';
  if (/[^\x21-\x7e]|#/.test(target)) return 'must hold visible ASCII and no #';
  const end = target.indexOf('?');
  const [path, query] = end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end + 1)];
  if (path.includes('\\') || path.includes('//')) return 'must hold neither \\ nor //';
  if (!isDecodable(path) || !isDecodable(query)) return 'must be UTF-8 in percent-encoding';
  if (!path.split('/').every(isPlain)) return 'must hold no . or .. between slashes, and no encoded slash, backslash or control character in its path';
  if (query.split('&', mostParameters + 1).length > mostParameters) return `must have at most ${mostParameters} parameters`;
  return undefined;
};
