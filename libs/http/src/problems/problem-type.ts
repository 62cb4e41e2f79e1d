/** Languages in which the product speaks. */
export type UiLanguage = 'fr' | 'en';

/** The words of a problem in one language. */
export interface ProblemWords {
  /** Short, the same for every occurrence (RFC 9457, `title`). */
  readonly title: string;
  /** What happened, in one or two sentences (RFC 9457, `detail`). */
  readonly detail: string;
  /** What the reader can do about it. */
  readonly wayOut: string;
}

/**
 * Whether the identical request may be sent again: `no`, after a `change` of the request, or `later`, unchanged and
 * with the same idempotency key.
 */
export type RetryHint = 'no' | 'change' | 'later';

/** One line of the table of problems: a stable type with its page `/problems/<code>`. */
export interface ProblemType {
  readonly status: number;
  readonly retry: RetryHint;
  /** Seconds for `Retry-After` when nothing better is known; only with `retry: 'later'`. */
  readonly retryAfterSeconds?: number;
  readonly fr: ProblemWords;
  readonly en: ProblemWords;
}
