/** The least a Node service can do with a POST: read it, insert it as one row, answer. Baseline of the HTTP benchmark. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.argv[2], max: 8 });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const id = randomUUID();
    pool.query({ name: 'insert', text: 'INSERT INTO public.bare_row (id, body) VALUES ($1, $2)', values: [id, Buffer.concat(chunks).toString()] }).then(
      () => {
        const answer = JSON.stringify({ id });
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }).end(answer);
      },
      () => response.writeHead(500, { 'content-length': 0 }).end(),
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
