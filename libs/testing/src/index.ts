export * from './fault-proxy.js';
export * from './given.js';
export * from './test-database.js';
