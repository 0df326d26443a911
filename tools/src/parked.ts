/** `npm run parked -- list [SERVICE] | retry SERVICE CASE | skip SERVICE CASE --reason TEXT`: events that could not be applied. */
import { backboneAddresses } from './backbone-addresses.js';
import { command } from './command.js';
import { ownerRole } from './database/roles.js';
import { withSession } from './database/with-session.js';
import { fulfil } from './parked/parked-events.js';
import { parseWish } from './parked/wish.js';

await command(async (say) => {
  const wish = parseWish(process.argv.slice(2));
  await withSession(backboneAddresses().adminUrl, (client) => fulfil(client, wish, say), { application_name: 'lianban-parked', session: { role: ownerRole } });
});
