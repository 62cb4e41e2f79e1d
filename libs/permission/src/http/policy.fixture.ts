import { randomUUID } from 'node:crypto';
import { Global, Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { createCodec, InMemoryEventStore } from '#event-store';
import type { Instant } from '#kernel';
import { CLOCK, CODEC, EVENT_STORE } from '#runtime';
import { activatePolicy } from '../application/activate-policy.js';
import { PolicyActivations } from '../application/policy-activations.js';
import { permissionEvents } from '../contract.js';

const codec = createCodec({ definitions: permissionEvents.definitions, upcasters: [] });

@Global()
@Module({})
class PolicyPortsModule {}

@Module({})
class PolicyAppModule {}

/** An application of one controller, over a ledger that was started at one instant and is read at another. */
export async function policyApp(
  controller: Type,
  { startedAt, now }: { readonly startedAt: Instant; readonly now: Instant },
): Promise<DynamicModule> {
  const store = new InMemoryEventStore();
  await activatePolicy({
    ...{ store, codec, clock: { now: () => startedAt } },
    ids: { uuid: () => randomUUID() },
  });
  const ports: Provider[] = [
    { provide: CLOCK, useValue: { now: () => now } },
    { provide: EVENT_STORE, useValue: store },
    { provide: CODEC, useValue: codec },
    // Nobody asks here what was known in the past.
    {
      provide: PolicyActivations,
      useValue: new PolicyActivations(store, codec, undefined as never),
    },
  ];
  const shared = { module: PolicyPortsModule, providers: ports, exports: ports };
  return { module: PolicyAppModule, imports: [shared], controllers: [controller] };
}
