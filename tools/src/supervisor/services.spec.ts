import { describe, expect, it } from '@jest/globals';
import { checkout } from '../checkout.js';
import { readSettings } from '../settings.js';
import { serviceNames, serviceSpec } from './services.js';

const as = (role: string) => `postgres://${role}@db/lianban`;
const surroundings = {
  settings: readSettings({ LIANBAN_DATA_DIR: '/data' }),
  kafkaBrokers: 'broker:9092',
  consistencySecret: 'a secret of some length',
  database: {
    admin: as('postgres'), analyst: as('analyst'), ran: [],
    services: { intake: as('lianban_intake'), dispatch: as('lianban_dispatch'), sla: as('lianban_sla'), satisfaction: as('lianban_satisfaction'), insight: as('lianban_insight') },
  },
};

describe('how services are run', () => {
  it.each(serviceNames.filter((name) => name !== 'gateway'))('%s logs in as its own role', (name) => {
    expect(serviceSpec(name, surroundings).env.DATABASE_URL).toBe(as(`lianban_${name}`));
  });

  it('the gateway gets the addresses of the services and no database', () => {
    expect(serviceSpec('gateway', surroundings).env).toMatchObject({
      PORT: '8080', INTAKE_URL: 'http://127.0.0.1:8081', INSIGHT_URL: 'http://127.0.0.1:8085', DATABASE_URL: undefined,
    });
  });

  it('each has the absolute path of its app on the command line', () => {
    for (const name of serviceNames) expect(serviceSpec(name, surroundings).args).toEqual([`${checkout}/apps/${name}/dist/main.js`]);
  });
});

describe('settings', () => {
  it.each([
    { env: { LIANBAN_PORT: '80800' }, problem: 'LIANBAN_PORT=80800 is no port number (1 to 65535).' },
    { env: { LIANBAN_KAFKA_PORT: 'x' }, problem: 'LIANBAN_KAFKA_PORT=x is no port number (1 to 65535).' },
    { env: { DATABASE_URL: 'mysql://x' }, problem: /^DATABASE_URL must read postgres:/ },
  ])('$env is refused', ({ env, problem }) => {
    expect(() => readSettings(env)).toThrow(problem);
  });
});
