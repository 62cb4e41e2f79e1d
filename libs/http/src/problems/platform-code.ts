/** Why the platform, as opposed to the ledger's rules, declines a request: a closed list, each with a problem page. */
export const platformCodes = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'not-found',
  'erased',
  'method-not-allowed',
  'not-acceptable',
  'unsupported-media-type',
  'payload-too-large',
  'concurrent-change',
  'stale-revision',
  'if-match-required',
  'idempotency-key-required',
  'idempotency-key-reused',
  'still-running',
  'not-yet-consistent',
  'token-of-another-store',
  'recorded-not-yet-effective',
  'store-unavailable',
  'identity-unavailable',
  'not-ready',
  'keys-unavailable',
  'keys-not-reconciled',
  'integrity-violation',
  'key-missing',
  'policy-unknown-for-day',
  'policy-version-unknown',
  'internal',
] as const;

/** Code of a problem that the platform itself reports. */
export type PlatformCode = (typeof platformCodes)[number];
