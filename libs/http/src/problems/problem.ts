import type { Fault } from '../validation/faults.js';
import type { PlatformCode } from './platform-code.js';

/** What a problem document carries beside what its table entry says. No personal data, no value of the request. */
export interface ProblemDetails {
  /** For developers, in English: which rule or right. */
  readonly note?: string;
  /** JSON pointer of the member at fault. */
  readonly pointer?: string;
  /** Ids and instants of what stands in the way. */
  readonly about?: Readonly<Record<string, string>>;
  /** One entry per fault of the request. */
  readonly faults?: readonly Fault[];
  /** The stream's revision as it is now: what the next `If-Match` must name. */
  readonly currentRevision?: bigint | number;
  /** After how many seconds it is worth trying again. */
  readonly retryAfterSeconds?: number;
  /** The token that was not reached, or is of another store. */
  readonly token?: string;
  /** Methods that the address has (405). */
  readonly allow?: readonly string[];
  /** State of each dependency, where one of them is the problem. */
  readonly checks?: readonly { readonly name: string; readonly ok: boolean; readonly detail?: string }[];
  /** What stands still besides: it may be why a dependency is not ready. */
  readonly warnings?: readonly {
    readonly code: string;
    readonly role: string;
    readonly standsStill: string;
  }[];
}

/**
 * The platform declines a request: credentials, shape, conditions, a dependency. A business "no" is a kernel
 * `Rejection` instead.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: PlatformCode,
    readonly details: ProblemDetails = {},
    options?: ErrorOptions,
  ) {
    super(details.note === undefined ? code : `${code}: ${details.note}`, options);
  }
}
