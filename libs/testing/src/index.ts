export * from './dying-postgres.js';
export * from './eventstoredb/faults.js';
export { refusals, type Refusal } from './eventstoredb/refusal.js';
export * from './eventstoredb/real-server.js';
export * from './eventstoredb/start.js';
export * from './fault-proxy.js';
export * from './given.js';
export * from './test-database.js';
