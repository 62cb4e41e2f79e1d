import type { StoredRecord } from './record.js';

/** A refusal of the log: it knows no protocol. `expected` and `actual` are signed, −1 for an absent stream. */
export type Refused =
  | { readonly kind: 'conflict'; readonly expected: bigint; readonly actual: bigint }
  | { readonly kind: 'tombstoned' };
/** What an append answers. `position` is absent where the event is known, but no longer readable. */
export type Appended =
  Refused | { readonly kind: 'done'; readonly revision: bigint; readonly position: bigint | undefined };
/** What a delete or tombstone answers. */
export type Deleted = Refused | { readonly kind: 'done'; readonly position: bigint };
/** What a read of a stream finds. */
export type StreamContent =
  | { readonly kind: 'absent' }
  | { readonly kind: 'tombstoned' }
  | { readonly kind: 'events'; readonly events: readonly StoredRecord[] };
