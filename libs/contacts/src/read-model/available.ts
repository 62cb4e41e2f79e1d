import { Problem } from '#http';

/** SQLSTATE of a table, schema or column that is not there. */
const ABSENT = ['42P01', '3F000', '42703'];

/**
 * Reads a read model. Throws `not-yet-consistent` where its tables are not there yet: the ledger has just been opened,
 * they were dropped and are being built again, or they are of an earlier version of the program and are being replaced.
 */
export async function onReadModel<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    if (!ABSENT.includes(String(code))) throw error;
    throw new Problem('not-yet-consistent', { note: 'The read model is being built.' }, { cause: error });
  }
}
