/** The idempotency key was used with another body or on another route within the last seven days. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';
  constructor() {
    super('The idempotency key was used for another request');
  }
}

/** Another attempt at this command holds the lease. Its outcome, or the command itself, is free after a while. */
export class StillRunning extends Error {
  override readonly name = 'StillRunning';
  constructor(
    /** Whole seconds after which a retry is worth while. */
    readonly retryAfter: number,
  ) {
    super('Another attempt at this command is still running');
  }
}
