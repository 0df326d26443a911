import { createServer } from 'node:http';
import type { Metrics } from '@lianban/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The gateway's own port is the public one. Here Prometheus finds its metrics, on a port that nobody outside can reach. */
export const serveMetrics = async (app: NestFastifyApplication, numbers: Metrics, port: number, host: string): Promise<void> => {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    void numbers.text().then((text) => response.writeHead(200, { 'content-type': numbers.contentType }).end(text), () => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, host, resolve); });
  app.getHttpAdapter().getInstance().addHook('onClose', async () => { server.close(); server.closeAllConnections(); });
};
