import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { weaknessOfKeyFile } from '@lianban/service-kit/development';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { audience, issueToken, issuer, jwksFile, publishKeys } from './issuer.js';
import { claimsOf, personas } from './personas.js';

const dataDir = mkdtempSync(join(tmpdir(), 'lianban-issuer-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

describe('development tokens', () => {
  it('verify against the published keys with issuer, audience and algorithm pinned', async () => {
    const token = await issueToken(dataDir, 'operator:housing');
    const keys = createLocalJWKSet(JSON.parse(readFileSync(jwksFile(dataDir), 'utf8')) as JSONWebKeySet);
    const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['EdDSA'] });
    expect(payload).toMatchObject({ sub: 'dev-operator-housing', role: 'operator', department: 'housing' });
    expect(payload.exp! - payload.iat!).toBe(12 * 3600);
  });

  it('keep the private key to its owner and out of the published keys', async () => {
    await issueToken(dataDir, 'admin');
    expect(statSync(join(dataDir, 'keys', 'issuer.private.jwk.json')).mode & 0o077).toBe(0);
    expect(Object.keys((JSON.parse(readFileSync(jwksFile(dataDir), 'utf8')) as JSONWebKeySet).keys[0]!)).not.toContain('d');
  });

  it('give the public keys, and only those, to services that do not see the data folder', async () => {
    await issueToken(dataDir, 'admin');
    const folder = join(dataDir, 'public');
    publishKeys(dataDir, folder);
    expect(readdirSync(folder)).toEqual(['issuer.jwks.json']);
    expect(readFileSync(join(folder, 'issuer.jwks.json'), 'utf8')).toBe(readFileSync(jwksFile(dataDir), 'utf8'));
  });

  it('come from keys that say so under any name, those of an earlier version too', async () => {
    await issueToken(dataDir, 'admin');
    const { keys: [key] } = JSON.parse(readFileSync(jwksFile(dataDir), 'utf8')) as JSONWebKeySet;
    const { 'lianban:development': mark, ...unmarked } = key as Record<string, unknown>;
    expect(mark).toBe(true);
    writeFileSync(jwksFile(dataDir), JSON.stringify({ keys: [unmarked] }));
    await issueToken(dataDir, 'admin');
    expect(JSON.parse(readFileSync(jwksFile(dataDir), 'utf8'))).toEqual({ keys: [key] });
    const renamed = join(dataDir, 'keys.json');
    copyFileSync(jwksFile(dataDir), renamed);
    expect(weaknessOfKeyFile(renamed)).toBe('holds a key of the development issuer');
  });

  it('with a name are of that person, the same one in every role', async () => {
    const claims = async (persona: string, options?: { as: string }) => decodeJwt(await issueToken(dataDir, persona, options));
    const [operator, head] = [await claims('operator:housing', { as: 'Li Wei' }), await claims('head:housing', { as: ' Li Wei ' })];
    expect(operator).toMatchObject({ sub: 'dev-person-Li Wei', name: 'Li Wei', role: 'operator', department: 'housing' });
    expect([head.sub, head.name, head.role]).toEqual([operator.sub, 'Li Wei', 'head']);
    expect((await claims('head:housing', { as: 'Wang Fang' })).sub).not.toBe(head.sub);
    expect((await claims('head:housing')).name).toBeUndefined();
    await expect(claims('intake', { as: ' ' })).rejects.toThrow('--as needs a name');
  });

  it('are refused in production', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      await expect(issueToken(dataDir, 'admin')).rejects.toThrow('NODE_ENV=production');
    } finally {
      process.env.NODE_ENV = before;
    }
  });
});

describe('personas', () => {
  it.each(personas.filter(({ name }) => !name.includes(':')))('$name has its role', ({ name, role }) => {
    expect(claimsOf(name, false).role).toBe(role);
  });

  it('only admin may import unasked', () => {
    expect(claimsOf('admin', false).import).toBe(true);
    expect(claimsOf('intake', false).import).toBeUndefined();
    expect(claimsOf('intake', true).import).toBe(true);
  });

  it('an unknown one is answered with the valid names, an unknown department with the known ones', () => {
    expect(() => claimsOf('mayor', false)).toThrow(/Unknown persona "mayor".*requester, intake, coordinator, operator:DEPARTMENT/);
    expect(() => claimsOf('operator:moon', false, () => ['housing', 'water'])).toThrow(/Departments: housing, water/);
    expect(() => claimsOf('operator', false, () => ['housing'])).toThrow(/operator:housing/);
  });
});
