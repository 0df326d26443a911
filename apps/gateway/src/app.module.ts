import { createLog, LOG, Metrics } from '@lianban/service-kit';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { DocumentsController } from './documents/documents.controller.js';
import { ReadinessController } from './health/readiness.controller.js';
import { loadGatewaySettings, SETTINGS } from './settings.js';
import type { GatewaySettings } from './settings.js';

/** The only wiring of the gateway. What it forwards is in the generated OpenAPI document. */
@Module({
  controllers: [DocumentsController, ReadinessController],
  providers: [
    { provide: SETTINGS, useFactory: loadGatewaySettings },
    { provide: LOG, useFactory: (settings: GatewaySettings) => createLog('gateway', settings.LOG_LEVEL), inject: [SETTINGS] },
    { provide: Metrics, useFactory: (log: Logger) => new Metrics(log), inject: [LOG] },
  ],
})
export class AppModule {}
