import { performance } from 'node:perf_hooks';
import { UndecodableEvent, type LedgerEvent } from '#event-store';
import { StreamWriter, systemActor, type CommandContext, type OpenLedgerOptions } from '#runtime';
import { POLICY_STREAM, type PermissionEvent } from '../contract.js';
import { activationDue } from '../domain/policy/activation.js';
import { publishedPolicies, type PublishedPolicy } from '../domain/policy/published.js';

/** How long processes that start at once may contend for the stream, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Puts on record that this program answers by its newest policy from now on, once per version whoever starts. The
 * event is appended at the very revision that was judged, so of several starts one writes it. A stream that cannot be
 * decoded was written by a newer program, and stays as it is. Throws `Unavailable`, `ConcurrencyConflict`.
 */
export async function activatePolicy(
  { store, codec, clock, ids }: OpenLedgerOptions,
  published: readonly PublishedPolicy[] = publishedPolicies,
): Promise<void> {
  const commandId = ids.uuid();
  const context: CommandContext = {
    commandId,
    now: clock.now(),
    actor: systemActor,
    mayBeRetry: false,
    deadline: performance.now() + PATIENCE_MS,
    correlationId: commandId,
  };
  const step = { stream: POLICY_STREAM, context, number: 0, subjects: [], isNo: false, isPatient: true };
  try {
    await new StreamWriter(store, codec).record<PermissionEvent>(step, ({ events }) => {
      const due = activationDue(activatedIn(events), published);
      if (due === undefined) return [];
      const { policy, sha256 } = due;
      return [
        { type: 'PolicyActivated', data: { version: policy.version, sha256, occurredAt: context.now } },
      ];
    });
  } catch (error) {
    if (!(error instanceof UndecodableEvent)) throw error;
  }
}

function activatedIn(events: readonly LedgerEvent[]): readonly string[] {
  return (events as readonly (LedgerEvent & PermissionEvent)[]).map(({ data }) => data.version);
}
