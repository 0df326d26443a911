import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { register } from 'prom-client';
import { bearerToken, rememberTokens, verifyToken } from './auth.js';
import { keySource } from './auth-keys.js';
import { loadServiceConfig } from '../process/config.js';
import { personId } from './person-id.js';

const rules = { AUTH_ISSUER: 'http://lianban.local', AUTH_AUDIENCE: 'lianban', PERSON_SECRET: 'only-for-this-test-0123456789-persons' };
const clerk = personId(rules, 'clerk');

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

const age = { AUTH_JWKS_MAX_AGE_HOURS: 24 };
const provider = async (status: number, body: string) => keySource({ ...age, AUTH_JWKS_URL: (await listen(status, body)).url });

describe('A token checked with keys from an address', () => {
  it('is taken with an algorithm of the settings, refused with another', async () => {
    const { token, keys } = await signed('ES256');
    const source = await provider(200, JSON.stringify(keys));
    expect(await verifyToken(source, { ...rules, AUTH_ALGORITHMS: ['EdDSA', 'ES256'] }, token)).toMatchObject({ actor: { id: clerk } });
    await expect(verifyToken(source, { ...rules, AUTH_ALGORITHMS: ['EdDSA'] }, token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is judged by these, whatever file is given beside the address', async () => {
    const { url } = await listen(200, JSON.stringify((await signed('ES256')).keys));
    const file = join(mkdtempSync(join(tmpdir(), 'lianban-keys-')), 'jwks.json');
    closing.push(() => rmSync(dirname(file), { recursive: true }));
    const { token, keys } = await signed('EdDSA');
    writeFileSync(file, JSON.stringify(keys));
    const settings = { ...rules, AUTH_ALGORITHMS: ['EdDSA' as const] };
    expect(await verifyToken(keySource({ ...age, AUTH_JWKS_FILE: file }), settings, token)).toMatchObject({ actor: { id: clerk } });
    await expect(verifyToken(keySource({ ...age, AUTH_JWKS_FILE: file, AUTH_JWKS_URL: url }), settings, token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(() => keySource({ ...age, AUTH_JWKS_FILE: `${file}.gone`, AUTH_JWKS_URL: url })).not.toThrow();
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
    const source = keySource({ ...age, AUTH_JWKS_URL: url });
    await expect(verifyToken(source, { ...rules, AUTH_ALGORITHMS: ['EdDSA'] }, token)).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});

describe('While the identity provider is away', () => {
  const hour = 3_600_000;
  const settings = { ...rules, AUTH_ALGORITHMS: ['EdDSA' as const] };
  const number = async (name: string) => (await register.getSingleMetric(name)?.get())?.values[0]?.value;

  /** A provider that can go away, and a clock beside it. */
  const providerWith = async (keys: object) => {
    const there = { status: 200, asked: 0, body: JSON.stringify(keys) };
    const server = createServer((_request, response) => {
      there.asked += 1;
      response.writeHead(there.status, { 'content-type': 'application/json', connection: 'close' }).end(there.body);
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    closing.push(() => server.close());
    const clock = { now: 0 };
    const source = keySource({ ...age, AUTH_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` }, () => clock.now);
    return { there, clock, source };
  };

  it('its last good keys count, up to their greatest age, and new ones once it is back', async () => {
    const { token, keys } = await signed('EdDSA');
    const { there, clock, source } = await providerWith(keys);
    expect(await verifyToken(source, settings, token)).toMatchObject({ actor: { id: clerk } });
    there.status = 503;
    const before = await number('lianban_auth_key_refresh_failures_total') ?? 0;
    for (const later of [0.5 * hour, 12 * hour, 24 * hour - 1]) {
      clock.now = later;
      expect(await verifyToken(source, settings, token)).toMatchObject({ actor: { id: clerk } });
    }
    clock.now = 25 * hour;
    await expect(verifyToken(source, settings, token)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(await number('lianban_auth_key_refresh_failures_total')).toBeGreaterThan(before);
    expect(await number('lianban_auth_keys_age_seconds')).toBeGreaterThanOrEqual(0);
    there.status = 200;
    clock.now += 5_000;
    expect(await verifyToken(source, settings, token)).toMatchObject({ actor: { id: clerk } });
  });

  it('an unknown key is not judged, and asked for once in a while only; known keys go on', async () => {
    const { token, keys } = await signed('EdDSA');
    const { there, clock, source } = await providerWith(keys);
    await verifyToken(source, settings, token);
    there.status = 500;
    clock.now = 60_000;
    const { token: foreign } = await signed('ES256');
    for (let n = 0; n < 3; n += 1) {
      await expect(verifyToken(source, { ...settings, AUTH_ALGORITHMS: ['ES256'] }, foreign)).rejects.toMatchObject({ code: 'service-unavailable' });
    }
    expect(there.asked).toBe(2);
    expect(await verifyToken(source, settings, token)).toMatchObject({ actor: { id: clerk } });
  });

  it('a key that is new in the set is found by the token that names it', async () => {
    const { keys } = await signed('ES256');
    const { there, clock, source } = await providerWith(keys);
    await expect(verifyToken(source, settings, (await signed('EdDSA')).token)).rejects.toMatchObject({ code: 'unauthenticated' });
    const { token, keys: newer } = await signed('EdDSA');
    there.body = JSON.stringify(newer);
    clock.now = 30_000;
    expect(await verifyToken(source, settings, token)).toMatchObject({ actor: { id: clerk } });
  });
});

describe('A token', () => {
  const settings = { ...rules, AUTH_ALGORITHMS: ['EdDSA' as const] };
  const issuer = async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    return { key: await exportJWK(publicKey), sign: (claims: JWTPayload = {}, header: object = {}) => new SignJWT({ sub: 'clerk', role: 'intake', exp: Date.now() / 1000 + 300, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', ...header }).setIssuer(rules.AUTH_ISSUER).setAudience(rules.AUTH_AUDIENCE).sign(privateKey) };
  };
  const fileOf = (keys: object[]) => {
    const file = join(mkdtempSync(join(tmpdir(), 'lianban-keys-')), 'jwks.json');
    closing.push(() => rmSync(dirname(file), { recursive: true }));
    writeFileSync(file, JSON.stringify({ keys }));
    return keySource({ ...age, AUTH_JWKS_FILE: file });
  };

  it('without kid is tried against every key of the set, and refused when it fits none', async () => {
    const [one, other, stranger] = [await issuer(), await issuer(), await issuer()];
    const keys = fileOf([one.key, { ...other.key, kid: 'named' }]);
    for (const { sign } of [one, other]) expect(await verifyToken(keys, settings, await sign())).toMatchObject({ actor: { id: clerk } });
    await expect(verifyToken(keys, settings, await stranger.sign())).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(verifyToken(keys, settings, await other.sign({ exp: 1 }))).rejects.toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('exp') });
  });

  it.each([
    ['not valid before 5 s from now', { nbf: 5 }, true], ['not valid before a minute from now', { nbf: 60 }, false],
    ['expired 5 s ago', { exp: -5 }, true], ['expired a minute ago', { exp: -60 }, false],
  ])('%s', async (_name, times, good) => {
    const { key, sign } = await issuer();
    const now = Math.floor(Date.now() / 1000);
    const token = await sign(Object.fromEntries(Object.entries(times).map(([claim, seconds]) => [claim, now + seconds])));
    const checked = verifyToken(fileOf([key]), settings, token);
    if (good) expect(await checked).toMatchObject({ actor: { id: clerk } });
    else await expect(checked).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    [undefined, true], ['JWT', true], ['jwt', true], ['at+jwt', true], ['application/at+jwt', true], ['logout+jwt', false], ['dpop+jwt', false], ['JOSE', false],
  ])('of type %s: accepted is %s', async (typ, good) => {
    const { key, sign } = await issuer();
    const checked = verifyToken(fileOf([key]), settings, await sign({}, typ === undefined ? {} : { typ }));
    if (good) expect(await checked).toMatchObject({ actor: { id: clerk } });
    else await expect(checked).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    ['a sub with NUL', { sub: 'a\u0000b' }], ['a sub with half a surrogate pair', { sub: 'a\ud83d' }], ['an empty sub', { sub: '' }], ['a sub of 201 characters', { sub: 'x'.repeat(201) }],
    ['a department with NUL', { department: '\u0000' }], ['a territory of 101 characters', { territory: 'x'.repeat(101) }], ['a role that is nobody\'s', { role: 'system' }], ['a department that is no text', { department: 7 }],
    ['a name with NUL', { name: 'a\u0000' }], ['a name of 201 characters', { name: 'x'.repeat(201) }],
  ])('with %s is refused', async (_name, claims) => {
    const { key, sign } = await issuer();
    await expect(verifyToken(fileOf([key]), settings, await sign(claims))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('with claims that are null counts as one without them', async () => {
    const { key, sign } = await issuer();
    expect(await verifyToken(fileOf([key]), settings, await sign({ department: null, territory: null, import: null }))).toMatchObject({ actor: { department: null, territory: null }, mayImport: false });
  });

  it.each<[unknown, string | undefined]>([['王芳', '王芳'], [' 王芳 ', '王芳'], [' ', undefined], [null, undefined], [undefined, undefined]])('with the name %j is of somebody called %j, which is no part of the actor', async (name, called) => {
    const { key, sign } = await issuer();
    const verified = await verifyToken(fileOf([key]), settings, await sign({ name }));
    expect(verified.name).toBe(called);
    expect(verified.actor).toEqual({ id: clerk, role: 'intake', department: null, territory: null });
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR '])('is read behind the scheme %s', (scheme) => {
    expect(bearerToken({ headers: { authorization: `${scheme} a.b.c` } })).toBe('a.b.c');
  });

  it.each([undefined, '', 'Bearer', 'Bearer a.b', 'Basic a.b.c', 'Bearera.b.c', 'Bearer a.b.c d'])('is not read from %s', (authorization) => {
    expect(() => bearerToken({ headers: { authorization } })).toThrow('Authorization: Bearer');
  });
});

describe('AUTH_ALGORITHMS', () => {
  const load = (AUTH_ALGORITHMS: string) => {
    const { env, exit } = process;
    process.env = { PORT: '0', DATABASE_URL: 'postgres://x', KAFKA_BROKERS: 'x', AUTH_JWKS_FILE: 'x', CONSISTENCY_SECRET: '0123456789abcdef', PERSON_SECRET: rules.PERSON_SECRET, AUTH_ALGORITHMS };
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
