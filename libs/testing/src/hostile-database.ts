import pg from 'pg';

/** Defaults an operator may give a database, and each of which broke something: nothing that is read or written may depend on them. */
const hostile: Readonly<Record<string, string>> = {
  DateStyle: 'German, DMY', IntervalStyle: 'sql_standard', TimeZone: 'America/Caracas', client_encoding: 'LATIN1', extra_float_digits: '-15', bytea_output: 'escape',
  array_nulls: 'off', transform_null_equals: 'on', quote_all_identifiers: 'on', standard_conforming_strings: 'off', escape_string_warning: 'off',
  default_transaction_isolation: 'serializable', default_transaction_read_only: 'on', default_transaction_deferrable: 'on',
  lock_timeout: '1ms', statement_timeout: '700ms', synchronous_commit: 'off',
};

/** Gives the database of `adminUrl` these defaults, for every session that begins afterwards. */
export const makeHostile = async (adminUrl: string): Promise<void> => {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const name = pg.escapeIdentifier(new URL(adminUrl).pathname.slice(1));
    await admin.query(Object.entries(hostile).map(([setting, value]) => `ALTER DATABASE ${name} SET ${setting} = '${value}'`).join(';'));
  } finally {
    await admin.end();
  }
};
