/** An event as a client proposes it. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event in the log. `position` stands for commit and prepare position alike, as for every record of a real log. */
export interface StoredRecord extends ProposedEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
}

/** What a writer believes about the stream, as it travels on the wire. */
export type Expectation =
  | { readonly kind: 'any' }
  | { readonly kind: 'noStream' }
  | { readonly kind: 'streamExists' }
  | { readonly kind: 'revision'; readonly revision: bigint };

/** Revision of a stream that was never written. */
export const NEVER_WRITTEN = -1n;
/** Revision of the tombstone (`$streamDeleted`), the last record that a stream can have. */
export const TOMBSTONE_REVISION = 9_223_372_036_854_775_807n;

/** The expectation as the server's own signed number, which its answers show. */
export function signedExpectation(expected: Expectation): bigint {
  if (expected.kind === 'revision') return expected.revision;
  return { any: -2n, noStream: -1n, streamExists: -4n }[expected.kind];
}

/** Name of the stream that holds a stream's metadata. */
export function metastreamOf(stream: string): string {
  return `$$${stream}`;
}

/** The stream whose metadata this stream holds; `undefined` if it holds none. */
export function originalOf(stream: string): string | undefined {
  return stream.startsWith('$$') ? stream.slice(2) : undefined;
}
