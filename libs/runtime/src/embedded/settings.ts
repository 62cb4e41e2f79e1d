/**
 * Keeps personal data out of the server's log. An error of PostgreSQL quotes data in many places: the statement, its
 * parameters, the detail ("Key (email)=(…) already exists"), the context, even the message itself ("invalid input
 * syntax for type uuid: …"). So statements, parameters, details and contexts are off, and of the messages only LOG,
 * FATAL and PANIC are written: the server's own condition and refused connections. An ERROR goes to the client that
 * made it and to nobody else. A PostgreSQL that somebody else runs needs the same; `docker-compose.yml` shows it.
 */
export const silentSettings: Readonly<Record<string, string>> = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
};

/**
 * Settings that are a promise. They stand on the command line, because nothing but a restart by us can change them
 * there: neither `postgresql.conf` nor `ALTER SYSTEM` wins against it.
 */
export const promisedSettings: Readonly<Record<string, string>> = {
  ...silentSettings,
  // An acknowledged command is never lost, also when the power goes.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // This machine only, and no socket file whose path could be too long or reachable by others.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  // The log goes to a file of ours; the server's own collector would start a second one.
  logging_collector: 'off',
  log_destination: 'stderr',
  // Shown by `ps`, so that a person knows whose server this is.
  cluster_name: 'greffe',
};

/**
 * Settings that an operator may tune in `postgresql.conf`, where a new data folder begins with them: small enough for a
 * laptop, honest enough for a trial with several processes (see `ledger/connection-budget.ts`).
 */
export const initialSettings: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '300',
  max_wal_size: '256MB',
  autovacuum: 'on',
  // Compiling costs more than it saves for the short statements of a ledger.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
};
