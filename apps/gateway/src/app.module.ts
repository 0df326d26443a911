import { randomBytes } from 'node:crypto';
import { ACCESS, createLog, keySource, LOG, Metrics, rememberTokens, verifyToken } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { access } from './access.js';
import { DocumentsController } from './documents/documents.controller.js';
import { ReadinessController } from './health/readiness.controller.js';
import { Insiders } from './health/insiders.js';
import { ServicesReadiness } from './health/services-readiness.js';
import { CALLER_OF, loadGatewaySettings, SETTINGS } from './settings.js';
import type { CallerOf, GatewaySettings } from './settings.js';

const callerOf = (settings: GatewaySettings): CallerOf => {
  const keys = keySource(settings);
  // The gateway checks roles only and needs no ids of persons, so it has no key for them.
  const nobody = randomBytes(32).toString('base64url');
  return rememberTokens((token) => verifyToken(keys, { ...settings, PERSON_SECRET: nobody }, token));
};

/** The only wiring of the gateway. What it forwards is in the generated OpenAPI document. */
@Module({
  controllers: [DocumentsController, ReadinessController],
  providers: [
    { provide: ACCESS, useValue: access },
    { provide: SETTINGS, useFactory: loadGatewaySettings },
    { provide: LOG, useFactory: (settings: GatewaySettings) => createLog('gateway', settings.LOG_LEVEL), inject: [SETTINGS] },
    { provide: Metrics, useFactory: (log: Logger) => new Metrics(log), inject: [LOG] },
    { provide: CALLER_OF, useFactory: callerOf, inject: [SETTINGS] },
    Insiders,
    ServicesReadiness,
  ],
})
export class AppModule {}
