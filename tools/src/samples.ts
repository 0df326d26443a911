import { issueToken } from './issuer/issuer.js';
import { seedSamples } from './samples/seed.js';

/** Plays the sample cases through the public API; those that are there already are found again. */
export async function seed(gatewayUrl: string, dataDir: string, say: (line: string) => void): Promise<void> {
  say('Sample cases … 正在写入示例诉求');
  const { cases, commands, failed } = await seedSamples({
    gatewayUrl, log: say, tokenFor: (persona, options) => issueToken(dataDir, persona, options),
  });
  if (cases > 0) say(`${cases} sample cases by ${commands} commands 示例诉求已就绪`);
  for (const { key, reason } of failed) say(`sample ${key} failed: ${reason}`);
}
