// A door for the test workers: whoever first asks for Postgres or Kafka here makes the test host start it; a run that asks for
// nothing starts nothing. The host hangs on our IPC channel, so it ends with this process however that ends.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

let host;
let lastId = 0;
const waiting = new Map();

function startHost() {
  host = fork(path('../src/test-host/test-host.ts'), {
    execArgv: ['--no-warnings', '--conditions=@lianban/source', '--import', path('./typescript-loader.mjs')],
    // jest's own settings for its ESM mode are not the host's
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  host.on('message', ({ id, result, problem }) => {
    waiting.get(id)?.(problem === undefined ? { result } : { problem });
    waiting.delete(id);
  });
  host.on('exit', () => {
    for (const answer of waiting.values()) answer({ problem: 'the test host ended' });
    waiting.clear();
  });
}

function ask(requestPath) {
  if (!host) startHost();
  return new Promise((resolve) => {
    const id = ++lastId;
    waiting.set(id, resolve);
    host.send({ id, path: requestPath });
  });
}

/** The stories of all workers share one system: many at a time, or one that has to be alone. A turn lasts as long as its connection. */
const turns = { waiting: [], taken: new Set() };

function nextTurns() {
  const mayBegin = ({ alone }) => turns.taken.size === 0 || (!alone && ![...turns.taken].some((turn) => turn.alone));
  for (let next = turns.waiting[0]; next && mayBegin(next); next = turns.waiting[0]) {
    turns.taken.add(turns.waiting.shift());
    next.begin();
  }
}

function takeTurn(response, alone) {
  const turn = { alone, begin: () => response.writeHead(200).flushHeaders() };
  turns.waiting.push(turn);
  response.on('close', () => {
    turns.waiting = turns.waiting.filter((other) => other !== turn);
    turns.taken.delete(turn);
    nextTurns();
  });
  nextTurns();
}

export default async function globalSetup() {
  const server = createServer(async (request, response) => {
    if (request.url.startsWith('/turn')) return takeTurn(response, request.url.endsWith('/alone'));
    const { result, problem } = await ask(request.url);
    response.writeHead(problem === undefined ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(problem === undefined ? result : { problem }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.LIANBAN_TEST_HOST = `http://127.0.0.1:${server.address().port}`;
  globalThis.lianbanTestHost = {
    async stop() {
      server.close();
      if (!host || host.exitCode !== null) return;
      const ended = once(host, 'exit');
      host.disconnect();
      await ended;
    },
  };
}
