/** A second process wants a home that a living one already works in. The message says who and what to do. */
export class HomeInUse extends Error {
  override readonly name = 'HomeInUse';
  constructor(
    readonly home: string,
    /** Process that holds the home; `undefined` when the lock does not tell. */
    readonly pid: number | undefined,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The embedded PostgreSQL can not be started or stopped here. The message says what stands in the way and what a
 * person can do about it; it holds no password.
 */
export class EmbeddedPostgresFailed extends Error {
  override readonly name = 'EmbeddedPostgresFailed';
}
