/** The text in a column. */
export function text(value: unknown): string {
  return String(value);
}

/** The text in a column that may be empty. */
export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

/** Instants of PostgreSQL and of events in the ledger's one form. */
export function instant(value: unknown): string {
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
