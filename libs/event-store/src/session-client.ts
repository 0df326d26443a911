import pg from 'pg';

/**
 * What our code and the driver rely on in a session. Server, database and role may have other defaults: a German `DateStyle` makes times unreadable for the driver, which
 * then gives null; few `extra_float_digits` round numbers; a `default_transaction_read_only` refuses every write.
 */
const reliedOn = {
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  xmloption: 'content',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // Time limits are set by each caller.
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
} as const;

export interface SessionConfig extends pg.ClientConfig {
  /** Further settings of the session, `role` and `search_path` of a tool for example. */
  readonly session?: Readonly<Record<string, string>>;
}

/**
 * A connection whose session has the settings that the code relies on, whoever is on the other side. They go out as the first statement and not as startup options, which
 * poolers refuse. All pools and clients of services and tools use it: `sessionPool`, or as the `Client` of a pool that a library makes.
 */
export class SessionClient extends pg.Client {
  readonly #settings: Readonly<Record<string, string>>;

  constructor(config: SessionConfig = {}) {
    super(config);
    this.#settings = { ...reliedOn, ...config.session };
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error | null, client?: pg.Client) => void): void;
  override connect(callback?: (error: Error | null, client?: pg.Client) => void): Promise<pg.Client> | void {
    const connected = this.#connect();
    if (!callback) return connected;
    connected.then((client) => callback(null, client), callback);
  }

  async #connect(): Promise<pg.Client> {
    // A connection cut at this moment also emits 'error' before the pool listens. Without a listener that would end the process.
    const ignore = () => undefined;
    this.on('error', ignore);
    await super.connect();
    try {
      const settings = Object.entries(this.#settings).map((pair) => `(${pair.map((word) => pg.escapeLiteral(word)).join(', ')})`).join(', ');
      // Those that this version of the server doesn't have are left out. Commits wait for the disk: an answer says that the work is kept.
      await super.query(`SELECT set_config(name, value, false) FROM (VALUES ${settings}) AS wanted(name, value) WHERE current_setting(name, true) <> value;
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`);
      this.off('error', ignore);
      return this;
    } catch (error) {
      await super.end().catch(() => undefined);
      throw error;
    }
  }
}

/** A pool of such connections; `Client` may be a kind of them. */
export const sessionPool = (options: pg.PoolConfig & Pick<SessionConfig, 'session'> & { readonly Client?: typeof SessionClient }): pg.Pool => new pg.Pool({ Client: SessionClient, ...options });
