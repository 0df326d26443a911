import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { keySource, rememberTokens, verifyToken } from './auth.js';
import { loadServiceConfig } from './config.js';

const rules = { AUTH_ISSUER: 'http://lianban.local', AUTH_AUDIENCE: 'lianban' };

const signed = async (alg: string) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const token = await new SignJWT({ role: 'intake' }).setProtectedHeader({ alg, kid: alg }).setSubject('clerk')
    .setIssuer(rules.AUTH_ISSUER).setAudience(rules.AUTH_AUDIENCE).setExpirationTime('5m').sign(privateKey);
  return { token, keys: { keys: [{ ...(await exportJWK(publicKey)), alg, kid: alg }] } };
};

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const listen = async (status: number, body: string) => {
  const server = createServer((_request, response) => response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  closing.push(() => server.close());
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` };
};

const provider = async (status: number, body: string) => keySource({ AUTH_JWKS_URL: (await listen(status, body)).url });

describe('A token checked with keys from an address', () => {
  it('is taken with an algorithm of the settings, refused with another', async () => {
    const { token, keys } = await signed('ES256');
    const source = await provider(200, JSON.stringify(keys));
    expect(await verifyToken(source, { ...rules, AUTH_ALGORITHMS: ['EdDSA', 'ES256'] }, token)).toMatchObject({ actor: { id: 'clerk' } });
    await expect(verifyToken(source, { ...rules, AUTH_ALGORITHMS: ['EdDSA'] }, token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is judged by these, whatever file is given beside the address', async () => {
    const { url } = await listen(200, JSON.stringify((await signed('ES256')).keys));
    const file = join(mkdtempSync(join(tmpdir(), 'lianban-keys-')), 'jwks.json');
    closing.push(() => rmSync(dirname(file), { recursive: true }));
    const { token, keys } = await signed('EdDSA');
    writeFileSync(file, JSON.stringify(keys));
    const settings = { ...rules, AUTH_ALGORITHMS: ['EdDSA' as const] };
    expect(await verifyToken(keySource({ AUTH_JWKS_FILE: file }), settings, token)).toMatchObject({ actor: { id: 'clerk' } });
    await expect(verifyToken(keySource({ AUTH_JWKS_FILE: file, AUTH_JWKS_URL: url }), settings, token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(() => keySource({ AUTH_JWKS_FILE: `${file}.gone`, AUTH_JWKS_URL: url })).not.toThrow();
  });

  it('of an unknown key is refused', async () => {
    const { token } = await signed('EdDSA');
    const { keys } = await signed('ES256');
    await expect(verifyToken(await provider(200, JSON.stringify(keys)), { ...rules, AUTH_ALGORITHMS: ['EdDSA'] }, token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each([['an error', 500, '{}'], ['no JSON', 200, '<html>'], ['no keys', 200, '{}']])('is not judged when the address answers with %s', async (_name, status, body) => {
    const { token } = await signed('EdDSA');
    await expect(verifyToken(await provider(status, body), { ...rules, AUTH_ALGORITHMS: ['EdDSA'] }, token)).rejects.toMatchObject({ code: 'service-unavailable' });
  });

  it('is not judged when nobody answers', async () => {
    const { token } = await signed('EdDSA');
    const { server, url } = await listen(200, '');
    await new Promise((resolve) => { server.close(resolve); });
    const source = keySource({ AUTH_JWKS_URL: url });
    await expect(verifyToken(source, { ...rules, AUTH_ALGORITHMS: ['EdDSA'] }, token)).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});

describe('AUTH_ALGORITHMS', () => {
  const load = (AUTH_ALGORITHMS: string) => {
    const { env, exit } = process;
    process.env = { PORT: '0', DATABASE_URL: 'postgres://x', KAFKA_BROKERS: 'x', AUTH_JWKS_FILE: 'x', CONSISTENCY_SECRET: '0123456789abcdef', AUTH_ALGORITHMS };
    process.exit = (code) => { throw new Error(`ended with ${code}`); };
    try {
      return loadServiceConfig().AUTH_ALGORITHMS;
    } finally {
      process.env = env;
      process.exit = exit;
    }
  };

  it('are asymmetric ones, EdDSA when nothing is said', () => {
    expect(load('')).toEqual(['EdDSA']);
    expect(load('RS256, ES512')).toEqual(['RS256', 'ES512']);
    for (const wrong of ['HS256', 'none', 'EdDSA,HS256', ',']) expect(() => load(wrong)).toThrow('ended with 78');
  });
});

describe('A token that was checked lately', () => {
  const caller = (expiresAt: number) => ({ actor: { id: 'clerk', role: 'intake', department: null, territory: null } as const, mayImport: false, expiresAt });
  const remembering = (expiresAt: number) => {
    const time = { now: 0 };
    const asked: string[] = [];
    const callerOf = rememberTokens((token) => { asked.push(token); return token === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve(caller(expiresAt)); }, () => time.now);
    return { time, asked, callerOf };
  };

  it.each([[10_000, 'expired'], [3_600_000, 'a minute old, so that a key that was taken away counts']])('of %i ms is not checked again until it is %s', async (expiresAt) => {
    const { time, asked, callerOf } = remembering(expiresAt);
    const until = Math.min(expiresAt, 60_000);
    await callerOf('a');
    time.now = until - 1;
    await callerOf('a');
    expect(asked).toEqual(['a']);
    time.now = until;
    await callerOf('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('is one of 2,000 at most, and a refused one is not among them', async () => {
    const { asked, callerOf } = remembering(10_000);
    for (let n = 0; n <= 2_000; n += 1) await callerOf(String(n));
    await callerOf('2000');
    expect(asked).toHaveLength(2_001);
    await callerOf('0');
    expect(asked).toHaveLength(2_002);
    for (let n = 0; n < 2; n += 1) await expect(callerOf('bad')).rejects.toThrow('bad');
    expect(asked.slice(-2)).toEqual(['bad', 'bad']);
  });
});
