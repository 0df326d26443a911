import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Pages may load only what this gateway serves. Swagger's styles are inline; its scripts are files. */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self' data:", "connect-src 'self'",
  "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

/** On every answer of the gateway: browsers must not guess another type, show it in a frame, or send its address as referrer. */
export const addPageHeaders = (app: NestFastifyApplication): void => {
  app.getHttpAdapter().getInstance().addHook('onRequest', (_request, reply, done) => {
    void reply.headers({ 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    done();
  });
};
