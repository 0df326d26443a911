import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { developmentIssuer, developmentKeys } from '@lianban/service-kit/development';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { StartupProblem } from '../infrastructure/startup-problem.js';
import { writePrivately } from '../secrets.js';
import { asPerson, claimsOf } from './personas.js';

export const issuer = developmentIssuer;
export const audience = 'lianban';
const algorithm = 'EdDSA';
const lifetime = '12h';

const privateKeyFile = (dataDir: string) => join(dataDir, 'keys', 'issuer.private.jwk.json');

/** The public keys, as the services read them (`AUTH_JWKS_FILE`). */
export const jwksFile = (dataDir: string) => join(dataDir, 'keys', developmentKeys.file);

/** Makes the issuer's Ed25519 key pair on first use. Its public half says that it is for development, so that production refuses it under any name. */
export async function ensureKeys(dataDir: string): Promise<void> {
  refuseInProduction();
  if (existsSync(privateKeyFile(dataDir)) && existsSync(jwksFile(dataDir))) return markKeys(dataDir);
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  // The public half first: a private key without it would sign what no service accepts.
  writePrivately(jwksFile(dataDir), JSON.stringify({ keys: [{ ...publicJwk, kid, alg: algorithm, use: 'sig', [developmentKeys.mark]: true }] }, null, 2));
  writePrivately(privateKeyFile(dataDir), JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: algorithm }, null, 2));
}

/** Keys that an earlier version made have no mark. */
function markKeys(dataDir: string): void {
  const { keys } = JSON.parse(readFileSync(jwksFile(dataDir), 'utf8')) as { keys: JWK[] };
  if (keys.every((key) => developmentKeys.mark in key)) return;
  writePrivately(jwksFile(dataDir), JSON.stringify({ keys: keys.map((key) => ({ ...key, [developmentKeys.mark]: true })) }, null, 2));
}

/** Copies the public keys to where services find them that do not see the data folder. */
export function publishKeys(dataDir: string, folder: string): void {
  writePrivately(join(folder, basename(jwksFile(dataDir))), readFileSync(jwksFile(dataDir), 'utf8'));
}

export interface TokenOptions {
  /** Lets it say when things happened. */
  readonly import?: boolean | undefined;
  /** Whose hands the role is in; without a name it is nobody in particular. */
  readonly as?: string | undefined;
}

/** A signed development token of a persona, good for 12 hours. */
export async function issueToken(dataDir: string, persona: string, options: TokenOptions = {}): Promise<string> {
  refuseInProduction();
  const role = claimsOf(persona, options.import ?? false);
  const { sub, ...claims } = options.as === undefined ? role : asPerson(role, options.as);
  await ensureKeys(dataDir);
  const jwk = JSON.parse(readFileSync(privateKeyFile(dataDir), 'utf8')) as JWK;
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: algorithm, kid: jwk.kid, typ: 'JWT' })
    .setIssuer(issuer).setAudience(audience).setSubject(sub).setIssuedAt().setExpirationTime(lifetime)
    .sign(await importJWK(jwk, algorithm));
}

/** Anybody at this machine could be anybody: for development only. */
function refuseInProduction(): void {
  if (process.env.NODE_ENV === 'production') {
    throw new StartupProblem('The development token issuer does not run with NODE_ENV=production. Give the services AUTH_ISSUER, AUTH_AUDIENCE and AUTH_JWKS_URL (or AUTH_JWKS_FILE) of your identity provider.');
  }
}
