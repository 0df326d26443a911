/** `npm run parked -- list [SERVICE] | retry SERVICE CASE | skip SERVICE CASE --reason TEXT`: events that could not be applied. */
import { SessionClient } from '@lianban/event-store';
import { backboneAddresses } from './backbone-addresses.js';
import { command } from './command.js';
import { ownerRole } from './database/roles.js';
import { fulfil } from './parked/parked-events.js';
import { parseWish } from './parked/wish.js';

await command(async () => {
  const wish = parseWish(process.argv.slice(2));
  const client = new SessionClient({ connectionString: backboneAddresses().adminUrl, application_name: 'lianban-parked', session: { role: ownerRole } });
  await client.connect();
  try {
    await fulfil(client, wish, (line) => void process.stdout.write(`${line}\n`));
  } finally {
    await client.end();
  }
});
