import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { problemsOf, secret, serviceSettings } from './config.js';

let folder: string;
const keyFile = (name: string, key: object): string => {
  writeFileSync(join(folder, name), JSON.stringify({ keys: [key] }));
  return join(folder, name);
};

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'lianban-settings-')); });
afterAll(() => rmSync(folder, { recursive: true }));

const key = { kty: 'OKP', crv: 'Ed25519', x: 'x' };
const ofOurOwn = () => ({
  NODE_ENV: 'production', PORT: '8081', KAFKA_BROKERS: 'kafka:9092', DATABASE_URL: 'postgres://lianban_sla:hJ7nq2Lx0vRt@db/lianban',
  AUTH_ISSUER: 'https://login.example', AUTH_JWKS_FILE: keyFile('keys.json', key), CONSISTENCY_SECRET: 'x'.repeat(32), PERSON_SECRET: 'y'.repeat(32),
});

describe('NODE_ENV=production', () => {
  it('takes settings of one\'s own', () => expect(problemsOf(serviceSettings, ofOurOwn())).toEqual([]));

  it.each([
    ['the development issuer', () => ({ AUTH_ISSUER: 'http://lianban.local' }), ['AUTH_ISSUER: is the development issuer; give that of your identity provider']],
    ['no issuer, which means that one', () => ({ AUTH_ISSUER: '' }), ['AUTH_ISSUER: is the development issuer; give that of your identity provider']],
    ['its keys, under any name', () => ({ AUTH_JWKS_FILE: keyFile('renamed.json', { ...key, 'lianban:development': true }) }), ['AUTH_JWKS_FILE: holds a key of the development issuer']],
    ['its keys as earlier versions made them', () => ({ AUTH_JWKS_FILE: keyFile('issuer.jwks.json', key) }), ['AUTH_JWKS_FILE: is the key file of the development issuer']],
    ['a public secret', () => ({ CONSISTENCY_SECRET: 'lianban-local-consistency' }), ['CONSISTENCY_SECRET: is the public default of docker-compose.yml']],
    ['a short secret', () => ({ CONSISTENCY_SECRET: '0123456789abcdef' }), ['CONSISTENCY_SECRET: is shorter than 32 characters']],
    ['a public password', () => ({ DATABASE_URL: 'postgres://lianban_sla:lianban-local-sla@db/lianban' }), ['DATABASE_URL: its password is the public default of docker-compose.yml']],
    ['a short password', () => ({ DATABASE_URL: 'postgres://lianban_sla:sla@db/lianban' }), ['DATABASE_URL: its password is shorter than 12 characters']],
    ['a public password of the replica', () => ({ READ_DATABASE_URL: 'postgres://x:lianban-local@db/lianban' }), ['READ_DATABASE_URL: its password is the public default of docker-compose.yml']],
  ])('refuses %s, and only there', (_name, change, problems) => {
    const settings = { ...ofOurOwn(), ...change() };
    expect(problemsOf(serviceSettings, settings)).toEqual(problems.map((problem) => `${problem} (NODE_ENV=production)`));
    expect(problemsOf(serviceSettings, { ...settings, NODE_ENV: 'development' })).toEqual([]);
  });

  it('names all of them at once, beside what is wrong anyway', () => {
    const problems = problemsOf(serviceSettings, { ...ofOurOwn(), PORT: 'x', AUTH_ISSUER: '', CONSISTENCY_SECRET: 'lianban-local-consistency', DATABASE_URL: 'postgres://a:b@c/d' });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['PORT', 'DATABASE_URL', 'AUTH_ISSUER', 'CONSISTENCY_SECRET']);
  });

  it('does not look at the file where an address counts before it', () => {
    expect(problemsOf(serviceSettings, { ...ofOurOwn(), AUTH_JWKS_FILE: '/public/issuer.jwks.json', AUTH_JWKS_URL: 'https://login.example/keys' })).toEqual([]);
  });

  it('holds for a secret of any service, given or left out', () => {
    const schema = z.object({ OWN_KEY: secret(), OTHER_KEY: secret().optional(), THIRD_KEY: secret().default('lianban-local-third') });
    expect(problemsOf(schema, { NODE_ENV: 'production', OWN_KEY: 'lianban-local-and-a-long-rest-of-it', OTHER_KEY: '0123456789abcdef' }).map((problem) => problem.split(':')[0]))
      .toEqual(['OWN_KEY', 'OTHER_KEY', 'THIRD_KEY']);
  });
});
