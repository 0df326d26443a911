import pg from 'pg';
import { SessionClient, type SessionConfig } from './session-client.js';

const ways = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material'];

/** Texts of statements by the name they are prepared under, the same on every connection of this process. */
const names = new Map<string, string>();
/** A program has some dozens of statements. If their texts vary endlessly, the later ones are planned each time. */
const mostNames = 500;

const nameOf = (text: string): string | undefined => {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostNames) return known;
  const name = `s${names.size + 1}`;
  names.set(text, name);
  return name;
};

type Query = (...given: unknown[]) => unknown;

/**
 * A connection that prepares each statement with parameters the first time it sees it, so that Postgres parses and plans it once and not
 * each time. For programs whose statements are few and asked often: give it to the pool as its `Client`. What is asked with other
 * conditions each time, such as an analyst's lists, is better planned for what it asks.
 */
export class PreparingClient extends SessionClient {
  /**
   * Such a plan may have been made while a table was small, or new and without figures: it must not read all of it when it has grown. So it takes an index wherever
   * there is one, and goes from the few rows it is given to the table by its key.
   */
  constructor(config: SessionConfig = {}) {
    super({ ...config, session: { ...Object.fromEntries(ways.map((way) => [way, 'off'])), ...config.session } });
  }

  override query = ((statement: unknown, values: unknown, ...rest: unknown[]) => {
    const wanted = typeof statement === 'string' ? { text: statement } : statement as Partial<pg.QueryConfig>;
    const name = wanted.name === undefined && typeof wanted.text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(wanted.text) : undefined;
    const query = pg.Client.prototype.query as Query;
    return name === undefined ? query.call(this, statement, values, ...rest) : query.call(this, { ...wanted, name, values }, ...rest);
  }) as pg.Client['query'];
}
