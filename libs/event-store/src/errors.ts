/** The stream is not where the writer believed; nothing was written. `undefined` means that it is absent. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly expected: bigint | undefined,
    readonly actual: bigint | undefined,
  ) {
    super(
      `Stream ${stream}: expected revision ${String(expected ?? 'none')}, actual ${String(actual ?? 'none')}`,
    );
  }
}

/** The stream was closed for ever by an erasure. */
export class StreamClosed extends Error {
  override readonly name = 'StreamClosed';
  constructor(readonly stream: string) {
    super(`Stream ${stream} is closed`);
  }
}

/** More than the store takes in one append; nothing was written. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
}

/** The store's credentials lack a right. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
}

/** The store does not answer. `unknown`: the append may have been written; offer the identical batch again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  constructor(
    readonly outcome: 'notWritten' | 'unknown',
    options?: ErrorOptions,
  ) {
    super(`The event store is unavailable (outcome: ${outcome})`, options);
  }
}

/** The store holds another history than the one this reader followed. */
export class AnotherHistory extends Error {
  override readonly name = 'AnotherHistory';
}
