import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addressVariable, type AppName, appNames, serviceNames, type ServiceName } from '@lianban/contracts';
import { checkout } from '../checkout.js';
import type { DatabaseUrls } from '../database/database.js';
import type { ProcessSpec } from '../infrastructure/managed-process.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { audience, issuer, jwksFile } from '../issuer/issuer.js';
import type { Settings } from '../settings.js';

const host = '127.0.0.1';
/**
 * A service holds a few MB of live data; the rest of the limit is what a replay or a long list needs for a moment. Young objects get 16 MB, since with 8 a service under load
 * spent a seventh of its time on collecting them: a quarter fewer registrations a second, for 20 MB a process.
 */
const memory = '--max-old-space-size=192 --max-semi-space-size=16';

/** One process of a service. The first copy has the service's own name, so that what looks for it by name need not know of others. */
export interface ServiceProcess { readonly service: AppName; readonly name: string; readonly port: number }

export function serviceProcesses(settings: Settings): ServiceProcess[] {
  const copiesOf = (service: ServiceName, offset: number) => Array.from({ length: settings.copies[service] }, (_, copy): ServiceProcess =>
    ({ service, name: copy === 0 ? service : `${service}-${copy + 1}`, port: settings.servicePortBase + copy * serviceNames.length + offset }));
  return [...serviceNames.flatMap(copiesOf), { service: 'gateway', name: 'gateway', port: settings.gatewayPort }];
}

/** Where the first copy listens, which is where `docker-compose.yml` has the only one. */
export const servicePort = (settings: Settings, name: AppName): number | undefined => serviceProcesses(settings).find((each) => each.name === name)?.port;

/** By the name of the process. */
export function serviceUrls(settings: Settings): Record<string, string> {
  return Object.fromEntries(serviceProcesses(settings).map(({ name, port }) => [name, `http://${host}:${port}`]));
}

/** The built entry of a service. Its absolute path on the command line tells one checkout's processes from another's. */
export function serviceEntry(name: AppName): string {
  return join(checkout, 'apps', name, 'dist', 'main.js');
}

/** @throws StartupProblem when a service is not built */
export function requireBuiltServices(): void {
  const missing = appNames.filter((name) => !existsSync(serviceEntry(name)));
  if (missing.length > 0) throw new StartupProblem(`Not built: ${missing.join(', ')}. Run \`npm run build\` and look at its errors.`);
}

export interface ServiceSurroundings { settings: Settings; database: DatabaseUrls; kafkaBrokers: string; consistencySecret: string; personSecret: string }

/** Whether the person has an identity provider; else the development issuer of the data folder is used. */
export const hasOwnIssuer = (env: NodeJS.ProcessEnv = process.env): boolean => Boolean(env.AUTH_JWKS_FILE || env.AUTH_JWKS_URL);

/** How to run a service. What the person has set (LOG_LEVEL, AUTH_…, TIMER_…) goes through; what belongs to the installation is set here. */
export function serviceSpec({ service, name, port }: ServiceProcess, { settings, database, kafkaBrokers, consistencySecret, personSecret }: ServiceSurroundings): ProcessSpec {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_|^LIANBAN_|^JEST_|^INIT_CWD$/.test(key)));
  const upstream = Object.fromEntries(serviceNames.map((schema) => [
    addressVariable(schema),
    serviceProcesses(settings).filter((each) => each.service === schema).map((each) => `http://${host}:${each.port}`).join(','),
  ]));
  return {
    name,
    command: process.execPath,
    args: [serviceEntry(service)],
    cwd: join(checkout, 'apps', service),
    logFile: join(settings.dataDir, 'log', `${name}.log`),
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
    env: {
      NODE_ENV: 'development',
      ...(hasOwnIssuer() ? {} : { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_FILE: jwksFile(settings.dataDir) }),
      ...inherited,
      NODE_OPTIONS: [inherited.NODE_OPTIONS, memory].filter(Boolean).join(' '),
      HOST: host,
      PORT: String(port),
      KAFKA_BROKERS: kafkaBrokers,
      CONSISTENCY_SECRET: consistencySecret,
      PERSON_SECRET: service === 'gateway' ? undefined : personSecret,
      DATABASE_URL: service === 'gateway' ? undefined : onPort(database.services[service], settings.postgresVia),
      ...(service === 'gateway' ? upstream : {}),
    },
  };
}

function onPort(url: string, port: number | undefined): string {
  if (port === undefined) return url;
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
