/** The text in a column. */
export function text(value: unknown): string {
  return String(value);
}

/** The text in a column that may be empty. */
export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

/** An instant of the ledger as it stands in events; days that not every month has are looked at by the calendar. */
const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Instants of PostgreSQL and of events in the ledger's one form. */
export function instant(value: unknown): string {
  if (typeof value === 'string' && INSTANT.test(value)) return value;
  return new Date(value as string).toISOString();
}

/** The instant in a column that may be empty. */
export function instantOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : instant(value);
}

/** The revision in a column; empty: nothing of that stream is told. */
export function revisionOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
