export * from './application-role.js';
export * from './config.js';
export type { Env } from './environment.js';
export { isLoopback } from './parsers.js';
export * from './problems.js';
export * from './read-config.js';
