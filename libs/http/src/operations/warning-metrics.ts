import { Gauge, type Registry } from 'prom-client';
import { warningsOf, type HealthWarning } from './health.js';

/** `greffe_role_missing{role}` is 1 while no process has a role; a role that some process has is not there. */
export function measureWarnings(
  registry: Registry,
  ask: () => (() => Promise<readonly HealthWarning[]>) | undefined,
): void {
  new Gauge({
    name: 'greffe_role_missing',
    help: 'No process has this role, so that something stands still; /readyz says what.',
    labelNames: ['role'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { role } of await warningsOf(ask())) this.set({ role }, 1);
    },
  });
}
