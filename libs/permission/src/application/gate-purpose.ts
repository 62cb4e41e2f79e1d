import type { Instant } from '#kernel';
import type { RegisterEvent } from '#register/contract';
import type { GatePurpose } from '../domain/gate/facts.js';

type Description = Extract<RegisterEvent, { type: 'PurposeDeclared' | 'PurposeRevised' }>;

interface Standing {
  readonly at: Instant;
  readonly purpose: GatePurpose | undefined;
}

/** What was found last in a history, which never changes: many people are asked about at one instant. */
const found = new WeakMap<readonly RegisterEvent[], Standing>();

/**
 * The purpose as it stood at an instant, from its stream: the newest of the descriptions that were in force then,
 * whenever they became known; before the first one, that one. The first ending stands. `undefined`: no such purpose.
 */
export function gatePurposeAt(history: readonly RegisterEvent[], at: Instant): GatePurpose | undefined {
  const before = found.get(history);
  if (before?.at === at) return before.purpose;
  const purpose = purposeAt(history, at);
  found.set(history, { at, purpose });
  return purpose;
}

function purposeAt(history: readonly RegisterEvent[], at: Instant): GatePurpose | undefined {
  // Stable: of two descriptions at one instant the one recorded later counts.
  const descriptions = history
    .filter((event): event is Description => isDescription(event))
    .sort((one, other) => Date.parse(one.data.occurredAt) - Date.parse(other.data.occurredAt));
  const inForce = descriptions.findLast(({ data }) => data.occurredAt <= at) ?? descriptions[0];
  if (inForce === undefined) return undefined;
  const { purposeId, controllerId, kind, sector, channels, variants, productCategories } = inForce.data;
  const ending = history.find((event) => event.type === 'PurposeRetired');
  return {
    ...{ purposeId, controllerId, kind, sector, channels, variants, productCategories },
    ...(ending === undefined ? {} : { retiredAt: ending.data.occurredAt }),
  };
}

function isDescription({ type }: RegisterEvent): boolean {
  return type === 'PurposeDeclared' || type === 'PurposeRevised';
}
