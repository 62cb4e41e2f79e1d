export { decide } from './domain/gate/decide.js';
export type { Decision } from './domain/gate/decision.js';
export type { GateFacts } from './domain/gate/facts.js';
export type { GateInput } from './domain/gate/gate-case.js';
export { activatePolicy } from './application/activate-policy.js';
export { publishedPolicy } from './domain/policy/published.js';
export { PermissionModule } from './permission.module.js';
