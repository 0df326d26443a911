import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../checkout.js';
import type { DatabaseUrls } from '../database/database.js';
import { serviceSchemas, type ServiceSchema } from '../database/roles.js';
import type { ProcessSpec } from '../infrastructure/managed-process.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { audience, issuer, jwksFile } from '../issuer/issuer.js';
import type { Settings } from '../settings.js';

export type ServiceName = ServiceSchema | 'gateway';
export const serviceNames: readonly ServiceName[] = [...serviceSchemas, 'gateway'];

const host = '127.0.0.1';
/** A service holds a few MB of live data; the rest of the limit is what a replay or a long list needs for a moment. */
const memory = '--max-old-space-size=192 --max-semi-space-size=8';

export function servicePort(settings: Settings, name: ServiceName): number {
  return name === 'gateway' ? settings.gatewayPort : settings.servicePortBase + serviceSchemas.indexOf(name);
}

export function serviceUrls(settings: Settings): Record<ServiceName, string> {
  return Object.fromEntries(serviceNames.map((name) => [name, `http://${host}:${servicePort(settings, name)}`])) as Record<ServiceName, string>;
}

/** The built entry of a service. Its absolute path on the command line tells one checkout's processes from another's. */
export function serviceEntry(name: ServiceName): string {
  return join(checkout, 'apps', name, 'dist', 'main.js');
}

/** @throws StartupProblem when a service is not built */
export function requireBuiltServices(): void {
  const missing = serviceNames.filter((name) => !existsSync(serviceEntry(name)));
  if (missing.length > 0) throw new StartupProblem(`Not built: ${missing.join(', ')}. Run \`npm run build\` and look at its errors.`);
}

export interface ServiceSurroundings { settings: Settings; database: DatabaseUrls; kafkaBrokers: string; consistencySecret: string }

/** Whether the person has an identity provider; else the development issuer of the data folder is used. */
export const hasOwnIssuer = (env: NodeJS.ProcessEnv = process.env): boolean => Boolean(env.AUTH_JWKS_FILE || env.AUTH_JWKS_URL);

/** How to run a service. What the person has set (LOG_LEVEL, AUTH_…, TIMER_…) goes through; what belongs to the installation is set here. */
export function serviceSpec(name: ServiceName, { settings, database, kafkaBrokers, consistencySecret }: ServiceSurroundings): ProcessSpec {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_|^LIANBAN_|^JEST_|^INIT_CWD$/.test(key)));
  const urls = serviceUrls(settings);
  const upstream = Object.fromEntries(serviceSchemas.map((schema) => [`${schema.toUpperCase()}_URL`, urls[schema]]));
  return {
    name,
    command: process.execPath,
    args: [serviceEntry(name)],
    cwd: join(checkout, 'apps', name),
    logFile: join(settings.dataDir, 'log', `${name}.log`),
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    env: {
      NODE_ENV: 'development',
      ...(hasOwnIssuer() ? {} : { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_FILE: jwksFile(settings.dataDir) }),
      ...inherited,
      NODE_OPTIONS: [inherited.NODE_OPTIONS, memory].filter(Boolean).join(' '),
      HOST: host,
      PORT: String(servicePort(settings, name)),
      KAFKA_BROKERS: kafkaBrokers,
      CONSISTENCY_SECRET: consistencySecret,
      DATABASE_URL: name === 'gateway' ? undefined : database.services[name],
      ...(name === 'gateway' ? upstream : {}),
    },
  };
}
