export * from './errors.js';
export type { EmbeddedLog } from './log.js';
export { databaseNames, roleNames } from './secrets.js';
export * from './start-embedded-postgres.js';
