/** What a check came to. `attention`: it works, and is not as it should be in earnest. */
export type Verdict = 'ok' | 'attention' | 'broken';

/** What each check may find; the words for it are in `texts.ts`. */
export type FindingCode =
  | 'database-reached'
  | 'database-away'
  | 'role-apart'
  | 'role-owns'
  | 'clock-agrees'
  | 'clock-differs'
  | 'store-reached'
  | 'store-away'
  | 'store-insecure'
  | 'store-in-postgresql'
  | 'version-known'
  | 'version-old'
  | 'version-unknown'
  | 'user-known'
  | 'user-unknown'
  | 'user-is-admin'
  | 'right-there'
  | 'right-missing'
  | 'right-too-many'
  | 'disk-free'
  | 'disk-full'
  | 'disk-unknown'
  | 'keys-private'
  | 'keys-open'
  | 'keys-not-yet'
  | 'connections-enough'
  | 'connections-too-few'
  | 'role-at-work'
  | 'projector-missing'
  | 'eraser-missing'
  | 'not-running';

/** One line of the doctor. */
export interface Finding {
  readonly verdict: Verdict;
  readonly code: FindingCode;
  /** What it is about: a variable, a host, a folder. Never a secret. */
  readonly about: string;
  /** What was seen. */
  readonly detail?: string;
  /** What was counted, in the order in which its text names it. */
  readonly numbers?: readonly number[];
}
