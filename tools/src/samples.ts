import { issueToken } from './issuer/issuer.js';
import { seedSamples } from './samples/seed.js';

/** Plays the sample cases through the public API; those that are there already are left alone. */
export async function seed(gatewayUrl: string, dataDir: string, say: (line: string) => void): Promise<void> {
  say('Sample cases … 正在写入示例诉求');
  await seedSamples({ gatewayUrl, tokenFor: (persona, options) => issueToken(dataDir, persona, options), log: say });
}
