import { randomBytes } from 'node:crypto';
import { prepareDatabase, withDatabase, type DatabaseUrls } from '../database/database.js';
import { configureRoles, type Passwords } from '../database/roles.js';
import { withSession } from '../database/with-session.js';

export interface ServiceDatabase { adminUrl: string; services: DatabaseUrls['services']; analystUrl: string }

/**
 * Databases set up as in production (schemas, roles, migrations, grants), one per caller. The migrations run once, into a
 * template; each database is a copy of it.
 */
export class TestDatabases {
  readonly #run = randomBytes(3).toString('hex');
  readonly #made: string[] = [];
  #template: Promise<DatabaseUrls> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #adminUrl: string | undefined;

  constructor(private readonly passwords: Passwords) {}

  /** One at a time: a template can be copied by one session only, and roles belong to the whole cluster. */
  create(adminUrl: string): Promise<ServiceDatabase> {
    const created = this.#queue.then(() => this.#create(adminUrl));
    this.#queue = created.catch(() => undefined);
    return created;
  }

  /** A name for a database that someone else creates and that is dropped with the others. */
  reserve(): string {
    this.#adminUrl ??= process.env.DATABASE_URL;
    const name = `lianban_system_${this.#run}`;
    this.#made.push(name);
    return name;
  }

  async #create(adminUrl: string): Promise<ServiceDatabase> {
    this.#adminUrl = adminUrl;
    const templateName = `lianban_template_${this.#run}`;
    if (!this.#template) this.#made.push(templateName);
    const template = await (this.#template ??= prepareDatabase(adminUrl, { passwords: this.passwords, database: templateName }));
    const name = `lianban_test_${this.#run}_${this.#made.length}`;
    await withSession(adminUrl, async (client) => {
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${templateName}`);
      this.#made.push(name);
      // Settings of a role in a database do not travel with a copy.
      await configureRoles(client, name);
    });
    const services = Object.fromEntries(Object.entries(template.services).map(([schema, url]) => [schema, withDatabase(url, name)]));
    return {
      adminUrl: withDatabase(adminUrl, name),
      services: services as DatabaseUrls['services'],
      analystUrl: withDatabase(template.analyst, name),
    };
  }

  /** Only matters on a given server; an embedded one is thrown away as a whole. */
  async drop(): Promise<void> {
    if (this.#adminUrl === undefined || !process.env.DATABASE_URL) return;
    await withSession(this.#adminUrl, async (client) => {
      for (const name of this.#made) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  }
}
