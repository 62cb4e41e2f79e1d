/** Where runners say what they do; shaped like `pino`. Fields carry ids, names and counts, never personal data. */
export interface RunnerLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Says nothing; for tools and tests that look at the database instead. */
export const SILENT: RunnerLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
