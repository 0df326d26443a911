import { describe, expect, it } from '@jest/globals';
import { type AppName, serviceNames, type ServiceName } from '@lianban/contracts';
import { checkout } from '../checkout.js';
import { serviceRole } from '../database/roles.js';
import { readSettings } from '../settings.js';
import { serviceProcesses, serviceSpec, serviceUrls } from './services.js';

const as = (role: string) => `postgres://${role}@db/lianban`;
const surroundings = {
  settings: readSettings({ LIANBAN_DATA_DIR: '/data' }),
  kafkaBrokers: 'broker:9092',
  consistencySecret: 'a secret of some length', personSecret: 'another secret of some length, for persons',
  database: {
    admin: as('postgres'), analyst: as('analyst'), ran: [],
    services: Object.fromEntries(serviceNames.map((name) => [name, as(serviceRole(name))])) as Record<ServiceName, string>,
  },
};

const processes = serviceProcesses(surroundings.settings);
const processOf = (service: AppName) => processes.find((each) => each.service === service) ?? { service, name: service, port: 0 };

describe('how services are run', () => {
  it.each(serviceNames)('%s logs in as its own role', (name) => {
    expect(serviceSpec(processOf(name), surroundings).env.DATABASE_URL).toBe(as(`lianban_${name}`));
  });

  it('the gateway gets the addresses of the services and no database', () => {
    expect(serviceSpec(processOf('gateway'), surroundings).env).toMatchObject({
      PORT: '8080', INTAKE_URL: 'http://127.0.0.1:8081', INSIGHT_URL: 'http://127.0.0.1:8085', DATABASE_URL: undefined, PERSON_SECRET: undefined,
    });
  });

  it('each has the absolute path of its app on the command line', () => {
    for (const each of processes) expect(serviceSpec(each, surroundings).args).toEqual([`${checkout}/apps/${each.service}/dist/main.js`]);
  });

  it('several copies have names and ports of their own, and the gateway knows all', () => {
    const settings = readSettings({ LIANBAN_DATA_DIR: '/data', LIANBAN_COPIES: '2,sla=3', LIANBAN_POSTGRES_VIA: '7777' });
    expect(serviceUrls(settings)).toMatchObject({ intake: 'http://127.0.0.1:8081', 'intake-2': 'http://127.0.0.1:8086', 'insight-2': 'http://127.0.0.1:8090', 'sla-3': 'http://127.0.0.1:8093' });
    const [third, gateway] = ['sla-3', 'gateway'].map((name) => serviceProcesses(settings).find((each) => each.name === name) ?? processOf('sla'));
    if (!third || !gateway) throw new Error('unreachable');
    expect(serviceSpec(third, { ...surroundings, settings })).toMatchObject({ name: 'sla-3', env: { PORT: '8093', DATABASE_URL: 'postgres://lianban_sla@db:7777/lianban' } });
    expect(serviceSpec(third, { ...surroundings, settings }).logFile).toBe('/data/log/sla-3.log');
    expect(serviceSpec(gateway, { ...surroundings, settings }).env.SLA_URL).toBe('http://127.0.0.1:8083,http://127.0.0.1:8088,http://127.0.0.1:8093');
  });
});

describe('settings', () => {
  it.each([
    { env: { LIANBAN_PORT: '80800' }, problem: 'LIANBAN_PORT=80800 is no port number (1 to 65535).' },
    { env: { LIANBAN_KAFKA_PORT: 'x' }, problem: 'LIANBAN_KAFKA_PORT=x is no port number (1 to 65535).' },
    { env: { LIANBAN_COPIES: 'intak=2' }, problem: /^LIANBAN_COPIES=intak=2: give a number/ },
    { env: { LIANBAN_COPIES: '0' }, problem: /^LIANBAN_COPIES=0: give a number/ },
    { env: { LIANBAN_BROKERS: '2' }, problem: /^LIANBAN_BROKERS=2: give 1 or 3/ },
    { env: { LIANBAN_KAFKA_VIA: '7001,x,7003' }, problem: /^LIANBAN_KAFKA_VIA=x is no port number/ },
    { env: { DATABASE_URL: 'mysql://x' }, problem: /^DATABASE_URL must read postgres:/ },
  ])('$env is refused', ({ env, problem }) => {
    expect(() => readSettings(env)).toThrow(problem);
  });
});
