import type { Clock, Uuid } from '#kernel';
import { systemActor, type CommandContext } from '#runtime';

/** How long the ledger's own acts retry conflicts, in milliseconds. */
const PATIENCE_MS = 10_000;

/** The context of an act of the ledger itself, under a command id that is the same on every try. */
export function systemContext(
  commandId: Uuid,
  clock: Clock,
  correlationId: Uuid = commandId,
): CommandContext {
  return {
    commandId,
    now: clock.now(),
    actor: systemActor,
    mayBeRetry: true,
    deadline: performance.now() + PATIENCE_MS,
    correlationId,
  };
}
