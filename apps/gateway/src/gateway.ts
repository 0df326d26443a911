import { createHttpApp, limitRequests, LOG, nestLogger, ProblemFilter, startMetrics, traceApp } from '@lianban/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { readOpenApi } from './documents/generated.js';
import { forwardRoutes } from './forward/forward.js';
import { routesOf } from './forward/routes.js';
import { SETTINGS } from './settings.js';
import type { GatewaySettings } from './settings.js';

/** The one public door, listening where the settings say; `add` brings what else it shows. */
export const startGateway = async (add: (app: NestFastifyApplication) => void = () => undefined): Promise<NestFastifyApplication> => {
  startMetrics('gateway');
  const app = await createHttpApp(AppModule, 'raw');
  const settings = app.get<GatewaySettings>(SETTINGS);
  const log = app.get<Logger>(LOG);
  app.useLogger(nestLogger(log));
  await traceApp(app, 'gateway', settings, log);
  app.useGlobalFilters(new ProblemFilter(log));
  limitRequests(app, settings.REQUEST_LIMIT);
  app.enableShutdownHooks();
  add(app);
  await forwardRoutes(app.getHttpAdapter().getInstance(), routesOf(readOpenApi()), settings, log);
  await app.listen(settings.PORT, settings.HOST);
  log.info({ port: settings.PORT }, 'listening');
  return app;
};
