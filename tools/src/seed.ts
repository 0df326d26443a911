/** `npm run seed`: the sample cases into a running system; those that are there already are found again. LIANBAN_URL names one that was not started from here. */
import { runningAddresses } from './addresses.js';
import { command } from './command.js';
import { seed } from './samples.js';
import { dataDirOf } from './settings.js';

await command(async () => {
  const gatewayUrl = process.env.LIANBAN_URL || runningAddresses().gatewayUrl;
  await seed(gatewayUrl, dataDirOf(process.env), (line) => process.stdout.write(`${line}\n`));
});
