/**
 * `npm run attack-costs [-- URL]`: what one client can hold or slow down at a gateway that runs on this machine, as rows of docs/attack-costs.md.
 * Bounded: some hundred connections and requests, about a minute. The body rows need a development token, the others none.
 */
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { command } from '@lianban/tools/command';
import { StartupProblem } from '@lianban/tools/infrastructure/startup-problem';
import { issueToken } from '@lianban/tools/issuer/issuer';
import { dataDirOf, readSettings } from '@lianban/tools/settings';

const connections = 600;
const watchMs = 45_000;

interface Answer { readonly status: number; readonly ms: number; readonly bytes: number }
type Header = Readonly<Record<string, string>>;

const ask = (url: URL, path: string, { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: Header; body?: string } = {}): Promise<Answer> => new Promise((resolve) => {
  const from = performance.now();
  const done = (status: number, bytes: number) => resolve({ status, ms: Math.round(performance.now() - from), bytes });
  const asking = request({ hostname: url.hostname, port: url.port, path, method, headers, agent: false, timeout: 60_000 }, (response) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => { bytes += chunk.length; }).on('end', () => done(response.statusCode ?? 0, bytes)).on('error', () => done(0, bytes));
  }).on('error', () => done(0, 0)).on('timeout', () => asking.destroy());
  asking.end(body);
});

const openMany = async (url: URL, text: string): Promise<Socket[]> => {
  const sockets = Array.from({ length: connections }, () => connect(Number(url.port), url.hostname).on('error', () => undefined));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => { socket.once('connect', resolve).once('error', resolve); })));
  for (const socket of sockets) if (text) socket.write(text);
  await new Promise((resolve) => { setTimeout(resolve, 1_000); });
  return sockets;
};

/** How long the last of these connections is held, at most `watchMs`, and how honest callers fare meanwhile. */
const hold = async (url: URL, text: string, token: string): Promise<string> => {
  const from = performance.now();
  const sockets = await openMany(url, text);
  const honest = await Promise.all(Array.from({ length: 20 }, () => ask(url, '/api/v1/departments', { headers: { authorization: `Bearer ${token}` } })));
  const open = () => sockets.filter(({ closed }) => !closed).length;
  for (const socket of sockets) socket.resume();
  while (open() > 0 && performance.now() - from < watchMs) await new Promise((resolve) => { setTimeout(resolve, 250); });
  const held = open() > 0 ? `${open()} still held after ${watchMs / 1000} s` : `all let go after ${Math.round((performance.now() - from) / 1000)} s`;
  for (const socket of sockets) socket.destroy();
  return `${held}; of 20 honest reads ${honest.filter(({ status }) => status === 200).length} are answered`;
};

const flood = async (url: URL, path: string, count: number): Promise<string> => {
  const from = performance.now();
  const answers = await Promise.all(Array.from({ length: count }, () => ask(url, path)));
  const bytes = Math.max(...answers.map((answer) => answer.bytes));
  return `${((performance.now() - from) / 1000).toFixed(1)} s, ${bytes} bytes each`;
};

const one = async (url: URL, path: string, options?: Parameters<typeof ask>[2]): Promise<string> => {
  const { status, ms, bytes } = await ask(url, path, options);
  return status === 0 ? `no answer within ${Math.round(ms / 1000)} s` : `${status} after ${ms} ms, ${bytes} bytes`;
};

const attacks = (url: URL, token: string): readonly (readonly [string, () => Promise<string>])[] => {
  const headers = { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (body: string) => ({ method: 'POST', headers, body });
  const manyFields = JSON.stringify(Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`f${n}`, 1])));
  const nested = `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`;
  return [
    [`no token: ${connections} half-sent bodies`, () => hold(url, 'POST /api/v1/cases HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{', token)],
    [`no token: ${connections} half-sent headers`, () => hold(url, 'GET /api/v1/cases HTTP/1.1\r\nHost: a\r\nX-A: ', token)],
    [`no token: ${connections} silent connections`, () => hold(url, '', token)],
    ['no token: `/health/ready` 300 times at once', () => flood(url, '/health/ready', 300)],
    ['no token: `/api/openapi.json` 100 times at once', () => flood(url, '/api/openapi.json', 100)],
    ['no token: `x\\..\\..\\..\\..\\metrics` of a service', () => one(url, '/api/v1/cases/x\\..\\..\\..\\..\\metrics')],
    ['no token: `?x=%`', () => one(url, '/api/v1/departments?x=%')],
    ['any token: a body of 90,000 fields', () => one(url, '/api/v1/cases', post(manyFields))],
    ['any token: a body of 2,000 levels', () => one(url, '/api/v1/cases', post(nested))],
    ['any token: an address of 2,500 parameters', () => one(url, `/api/v1/insight/cases?${Array.from({ length: 2_500 }, (_, n) => `a${n}`).join('&')}`, { headers })],
  ];
};

await command(async () => {
  const [address = `http://127.0.0.1:${readSettings(process.env).gatewayPort}`] = process.argv.slice(2);
  const url = new URL(address);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) throw new StartupProblem('Only a gateway on this machine is attacked.');
  const token = await issueToken(dataDirOf(process.env), 'intake', {});
  if ((await ask(url, '/health/live')).status !== 200) throw new StartupProblem(`Nothing answers at ${url.href}; run npm start first.`);
  process.stdout.write('| attack | measured |\n|---|---|\n');
  for (const [name, run] of attacks(url, token)) process.stdout.write(`| ${name} | ${await run()} |\n`);
});
