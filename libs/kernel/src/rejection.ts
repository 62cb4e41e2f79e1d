/** Why the ledger declines a command: a closed list, each with a problem page. */
export const rejectionCodes = [
  // subjects
  'subject-unknown',
  'subject-erased',
  'subject-already-registered',
  'subject-restricted',
  'contact-point-unknown',
  'contact-point-already-known',
  'contact-point-invalid',
  'external-id-of-another-subject',
  'link-to-itself',
  'relationship-event-invalid',
  // consent
  'purpose-unknown',
  'purpose-retired',
  'lawful-basis-is-not-consent',
  'channel-not-offered',
  'collection-form-unknown',
  'collection-form-version-not-valid-then',
  'notice-unknown',
  'notice-language-unknown',
  'choice-not-offered-by-form',
  'served-token-invalid',
  'consent-was-pre-ticked',
  'consent-without-words',
  'consent-unknown',
  'consent-request-unknown',
  'consent-request-open',
  'consent-request-superseded',
  'consent-request-answered',
  'consent-request-expired',
  'consent-request-against-no',
  'consent-period-too-long',
  'proof-incomplete',
  'preferences-contradictory',
  // rights
  'restriction-unknown',
  'restriction-already-lifted',
  'restriction-lift-not-notified',
  'erasure-unknown',
  'erasure-already-ordered',
  'erasure-blocked-by-restriction',
  'erasure-nothing-to-erase',
  'erasure-not-finished',
  'identity-not-verified',
  // register
  'code-already-used',
  'purpose-variants-overlap',
  'basis-not-possible',
  'data-not-needed',
  'offer-repeated',
  'phone-request-incomplete',
  'version-skips',
  'assessment-missing',
  'notice-version-exists',
  'collection-form-version-exists',
  'processing-activity-unknown',
  'processing-activity-retired',
  'controller-unknown',
  'recipient-unknown',
  'recipient-incomplete',
  'personal-data-in-text',
  'special-category-refused',
  'national-id-refused',
  'occurred-in-the-future',
  // solicitation
  'attempt-unknown',
  'attempt-already-used',
  'call-limit-reached',
] as const;

/** Code of a business "no". */
export type RejectionCode = (typeof rejectionCodes)[number];

/**
 * The ledger declines a command. Not to be mixed up with *refused*: that is a person or the data controller saying no.
 * `detail` is for developers and holds no personal data; `pointer` names the field of the command, if one is at fault;
 * `about` says by ids and instants what stands in the way.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  constructor(
    readonly code: RejectionCode,
    readonly detail?: string,
    readonly pointer?: string,
    readonly about?: Readonly<Record<string, string>>,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`);
  }
}
