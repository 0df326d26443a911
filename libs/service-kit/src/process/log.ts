import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { scope } from '../http/request-scope.js';

/**
 * Written together, when 4 KB have come in or after half a second, and when the process ends, by itself or by `exit`; a system call for
 * every line took a tenth of a request. What a SIGKILL can cost is the last half second of lines. When nobody takes the lines, those beyond
 * 8 MB are dropped: memory would be the next to go.
 */
const buffered = (): DestinationStream => {
  const destination = pino.destination({ sync: false, minLength: 4_096, maxLength: 8_388_608 });
  setInterval(() => destination.flush(), 500).unref();
  return destination;
};

/** JSON lines with the correlation id on each; never bodies, so no personal data. */
export const createLog = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => ({ correlationId: scope.getStore()?.correlationId }),
  }, buffered());

/** Nest's own messages through the same log. */
export const nestLogger = (log: Logger): LoggerService => ({
  log: (message: unknown, context?: string) => log.debug({ context }, String(message)),
  warn: (message: unknown, context?: string) => log.warn({ context }, String(message)),
  error: (message: unknown, stack?: string, context?: string) => log.error({ context, stack }, String(message)),
  debug: (message: unknown, context?: string) => log.trace({ context }, String(message)),
  verbose: (message: unknown, context?: string) => log.trace({ context }, String(message)),
});
