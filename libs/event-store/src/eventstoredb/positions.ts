import type { Position } from '../port.js';

const DIGITS = 20;
const POSITION = /^([0-9]{20})([0-9]{20})$/;

/** A place in the server's `$all`, as its protocol speaks of it. */
export interface LogPlace {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** A place as text of 40 digits, so that the order of texts is the order of the log. */
export function toPosition({ commit, prepare }: LogPlace): Position {
  return [commit, prepare].map((part) => String(part).padStart(DIGITS, '0')).join('') as Position;
}

/** The place of a position that {@link toPosition} made; `undefined` for a position of another kind of store. */
export function placeOf(position: Position): LogPlace | undefined {
  const [, commit, prepare] = POSITION.exec(position) ?? [];
  return commit === undefined || prepare === undefined
    ? undefined
    : { commit: BigInt(commit), prepare: BigInt(prepare) };
}
