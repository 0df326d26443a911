/** What comes with the project for trying it out, so that anybody knows it or can have it. With `NODE_ENV=production` none of it is accepted. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

export const developmentIssuer = 'http://lianban.local';

/** The file of the development issuer's public keys, and the member that marks each of them. A file from before the mark is known by its name. */
export const developmentKeys = { file: 'issuer.jwks.json', mark: 'lianban:development' } as const;

/** The defaults of docker-compose.yml begin so. */
const publicSecret = /^lianban-local/;

/** Long enough that nobody finds one by trying: 24 random bytes in base64 have 32 characters. */
const shortestKey = 32;
const shortestPassword = 12;

const weaknessOf = (secret: string, shortest: number): string | undefined => {
  if (publicSecret.test(secret)) return 'is the public default of docker-compose.yml';
  return secret.length < shortest ? `is shorter than ${shortest} characters` : undefined;
};

/** Each says in a few words why the value must not be used in production; undefined: it may. */
export const weaknessOfKey = (secret: string): string | undefined => weaknessOf(secret, shortestKey);

export const weaknessOfPassword = (password: string): string | undefined => weaknessOf(password, shortestPassword);

/** Of the password in an address. One without a password leaves that to the server. */
export const weaknessOfAddress = (address: string): string | undefined => {
  const password = URL.canParse(address) ? new URL(address).password : '';
  const weakness = password && weaknessOfPassword(password);
  return weakness ? `its password ${weakness}` : undefined;
};

export const weaknessOfIssuer = (issuer: string): string | undefined => (issuer === developmentIssuer ? 'is the development issuer; give that of your identity provider' : undefined);

export const weaknessOfKeyFile = (file: string): string | undefined => {
  if (basename(file) === developmentKeys.file) return 'is the key file of the development issuer';
  try {
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: Record<string, unknown>[] };
    return keys.some((key) => key[developmentKeys.mark] !== undefined) ? 'holds a key of the development issuer' : undefined;
  } catch (error) {
    return `is no readable key set (${(error as Error).message})`;
  }
};
