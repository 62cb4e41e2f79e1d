import type { Position } from './port.js';

const DIGITS = 20;
const POSITION = /^[0-9]{20}$/;

/** A dense position number as text of 20 digits, so that the order of texts is the order of numbers. */
export function toPosition(place: bigint | string): Position {
  return String(place).padStart(DIGITS, '0') as Position;
}

/** The number of a position that {@link toPosition} made; `undefined` for a position of another kind of store. */
export function placeOf(position: Position): bigint | undefined {
  return POSITION.test(position) ? BigInt(position) : undefined;
}
