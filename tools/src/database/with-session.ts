import { SessionClient, type SessionConfig } from '@lianban/event-store';
import type pg from 'pg';
import { lacking } from './roles.js';

/** Works over a connection of its own to the database of this URL. */
export const withSession = async <T>(connectionString: string, work: (client: pg.Client) => Promise<T>, config: SessionConfig = {}): Promise<T> => {
  const client = new SessionClient({ ...config, connectionString });
  await client.connect().catch((error: unknown) => {
    throw lacking(error, `connect to the database "${client.database}"`, 'GRANT CONNECT and CREATE on it, or better its ownership');
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
