import { bodyLimit, bodyRoom, createHttpApp, limitRequests, LOG, Metrics, nestLogger, ProblemFilter, requireAccessRows, startMetrics, traceApp } from '@lianban/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { addPageHeaders } from './documents/page-headers.js';
import { readOpenApi } from './documents/generated.js';
import { forwardRoutes } from './forward/forward.js';
import { routesOf } from './forward/routes.js';
import { serveMetrics } from './health/metrics-server.js';
import { CALLER_OF, SETTINGS } from './settings.js';
import type { CallerOf, GatewaySettings } from './settings.js';

/** The one public door, listening where the settings say; `add` brings what else it shows. */
export const startGateway = async (add: (app: NestFastifyApplication) => void = () => undefined): Promise<NestFastifyApplication> => {
  startMetrics('gateway');
  const app = await createHttpApp(AppModule, 'raw');
  requireAccessRows(app);
  const settings = app.get<GatewaySettings>(SETTINGS);
  const log = app.get<Logger>(LOG);
  app.useLogger(nestLogger(log));
  await traceApp(app, 'gateway', settings, log);
  app.useGlobalFilters(new ProblemFilter(log));
  addPageHeaders(app);
  // What it answers itself stands ready in memory: a reader who is slow holds nothing but a connection.
  limitRequests(app, { places: settings.REQUEST_LIMIT, ...bodyRoom(bodyLimit), bytesPerAddress: 16 * bodyLimit, counts: (route) => route.startsWith('/api/v1/') });
  app.enableShutdownHooks();
  add(app);
  await forwardRoutes(app.getHttpAdapter().getInstance(), routesOf(readOpenApi()), settings, app.get<CallerOf>(CALLER_OF), log);
  if (settings.METRICS_PORT !== undefined) await serveMetrics(app, app.get(Metrics), settings.METRICS_PORT, settings.HOST);
  await app.listen(settings.PORT, settings.HOST);
  log.info({ port: settings.PORT }, 'listening');
  return app;
};
