/** Of one connection, not of the message (RFC 9110, 7.6.1); what else `Connection` names is the same. `expect` was answered where it came in. */
const ofOneConnection = ['connection', 'expect', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

type Headers = Readonly<Record<string, string | string[] | number | undefined>>;

/** The headers that may go on to the other side. */
export const endToEnd = <Given extends Headers>(headers: Given): Given => {
  const named = String(headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim());
  const dropped = new Set([...ofOneConnection, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name.toLowerCase()))) as Given;
};
