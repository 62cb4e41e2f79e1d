import type { RightsEvent } from '../contract.js';
import type { ValueErasureOrdered } from './rights.commands.js';

/** A value that was ordered to go. */
export type ErasedValue = ValueErasureOrdered['values'][number];

/** The erasure of single values up to its point of no return; from there it is a destruction like any other. */
export interface ValueErasure {
  readonly order: ValueErasureOrdered;
  readonly isSuppressionPrepared: boolean;
}

/** Total over any order of events. */
export function evolveValueErasures(
  known: readonly ValueErasure[],
  event: Extract<RightsEvent, { type: 'ValueErasureOrdered' | 'SuppressionPrepared' }>,
): readonly ValueErasure[] {
  if (event.type === 'ValueErasureOrdered')
    return [...known, { order: event.data, isSuppressionPrepared: false }];
  const { erasureId } = event.data;
  return known.map((one) =>
    one.order.erasureId === erasureId ? { ...one, isSuppressionPrepared: true } : one,
  );
}
