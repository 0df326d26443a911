import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Pages load what comes from here and nothing else. Swagger's styles stand in the page; its scripts are files. */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self' data:", "connect-src 'self'",
  "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

/** On every answer of the gateway: whatever it is, a browser takes it for nothing else, frames it nowhere and tells nobody where it came from. */
export const addPageHeaders = (app: NestFastifyApplication): void => {
  app.getHttpAdapter().getInstance().addHook('onRequest', (_request, reply, done) => {
    void reply.headers({ 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    done();
  });
};
