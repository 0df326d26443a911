import { DomainError } from '@lianban/contracts';
import { say } from '@lianban/texts';
import { createLocalJWKSet, createRemoteJWKSet, errors } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { Counter, Gauge } from 'prom-client';
import { readJwks } from '../process/config.js';
import type { ServiceConfig } from '../process/config.js';

/** A key that the provider takes out of its set counts no more after this. */
const refreshAfterMs = 600_000;
/** Between two looks for a key that the set lacks: foreign tokens must not make us knock all the time. */
const restMs = 30_000;
/** Between two tries while the provider is away. In between nobody waits for it. */
const retryMs = 5_000;

let fetchedAt: number | undefined;

export const keysAge = new Gauge({
  name: 'lianban_auth_keys_age_seconds', help: "Age of the identity provider's keys that tokens are checked with; absent for keys from a file, and before the first were fetched",
  collect() {
    if (fetchedAt === undefined) this.remove();
    else this.set((Date.now() - fetchedAt) / 1000);
  },
});
export const failedKeyRefreshes = new Counter({ name: 'lianban_auth_key_refresh_failures_total', help: "Times that the identity provider's keys could not be fetched; the last good ones count meanwhile" });

/** The key set could not be fetched or read, which says nothing about the token. An answer other than 200 has jose's general code; what is not jose's is fetch's. */
const isKeySetAway = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === errors.JOSEError.code;

const away = () => new DomainError('service-unavailable', say('keys-away'));

/**
 * Keys from an address. They are fetched again every ten minutes, and when a token names a key that is not among them. While the provider is away the last good ones count, up to `maxAgeMs`.
 * @throws DomainError `service-unavailable` for a token that the keys at hand can't judge while the provider is away
 */
const remoteKeys = (url: URL, maxAgeMs: number, now: () => number): JWTVerifyGetKey => {
  // When to fetch is decided here: by itself the library gives a set up after ten minutes.
  const keys = createRemoteJWKSet(url, { cacheMaxAge: Infinity, cooldownDuration: Infinity });
  let goodAt = -Infinity;
  let failedAt = -Infinity;
  let fetching: Promise<void> | undefined;
  const fetchKeys = (): Promise<void> => {
    fetching ??= keys.reload().then(() => {
      goodAt = now();
      failedAt = -Infinity;
      fetchedAt = Date.now();
    }, () => {
      failedKeyRefreshes.inc();
      failedAt = now();
    }).finally(() => { fetching = undefined; });
    return fetching;
  };
  const since = (time: number): number => now() - time;
  const isAway = (): boolean => since(failedAt) < retryMs;
  const refreshInTime = () => { if (since(goodAt) >= refreshAfterMs && !isAway()) void fetchKeys(); };
  // Without requests too: a service that was idle must not start with old keys when the provider goes away.
  setInterval(refreshInTime, restMs).unref();

  return async (header, token) => {
    refreshInTime();
    if (since(goodAt) >= maxAgeMs) {
      await fetching;
      if (since(goodAt) >= maxAgeMs) throw away();
    }
    try {
      return await keys(header, token);
    } catch (error) {
      if (isKeySetAway(error)) throw away();
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (fetching ?? (since(goodAt) >= restMs && !isAway())) await fetchKeys();
      if (isAway()) throw away();
      return keys(header, token);
    }
  };
};

type KeySettings = Pick<ServiceConfig, 'AUTH_JWKS_FILE' | 'AUTH_JWKS_URL' | 'AUTH_JWKS_MAX_AGE_HOURS'>;

/** The address counts before the file, which may be but the default of an installation. */
export const keySource = ({ AUTH_JWKS_FILE: file, AUTH_JWKS_URL: url, AUTH_JWKS_MAX_AGE_HOURS: hours }: KeySettings, now: () => number = Date.now): JWTVerifyGetKey =>
  url ? remoteKeys(new URL(url), hours * 3_600_000, now) : createLocalJWKSet(readJwks(file ?? ''));
