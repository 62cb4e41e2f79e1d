import { Rejection, type Audience, type Channel, type Instant } from '#kernel';
import type { CollectionFormVersion, PurposeVariant, RegisterEvent } from '#register/contract';

/** One answer of a form. */
export interface CapturedChoice {
  readonly purposeId: string;
  readonly channels: readonly Channel[];
  readonly choice: 'given' | 'refused' | 'not-answered';
}

/** A purpose as far as a sign-up needs it. */
export interface CapturedPurpose {
  readonly controllerId: string;
  readonly variants: readonly PurposeVariant[];
  readonly retiredAt?: Instant;
}

/** A form version as it stood; a retirement ends its validity. `undefined`: it was not published. */
export function formVersionOf(
  history: readonly RegisterEvent[],
  version: number,
): CollectionFormVersion | undefined {
  let form: CollectionFormVersion | undefined;
  for (const event of history) {
    if (event.type === 'CollectionFormPublished' && event.data.version === version) form = event.data;
    if (event.type === 'CollectionFormRetired' && event.data.version === version && form !== undefined) {
      form = { ...form, validUntil: event.data.validUntil };
    }
  }
  return form;
}

/**
 * A purpose as it stood when somebody signed up: the newest description in force then; before the first one, that one.
 * `undefined`: it was never declared.
 */
export function capturedPurposeOf(
  history: readonly RegisterEvent[],
  at: Instant,
): CapturedPurpose | undefined {
  const descriptions = history.flatMap((event) =>
    event.type === 'PurposeDeclared' || event.type === 'PurposeRevised' ? [event.data] : [],
  );
  const inOrder = descriptions.sort(
    (one, other) => Date.parse(one.occurredAt) - Date.parse(other.occurredAt),
  );
  const inForce = inOrder.findLast(({ occurredAt }) => occurredAt <= at) ?? inOrder[0];
  if (inForce === undefined) return undefined;
  const ending = history.find((event) => event.type === 'PurposeRetired');
  const { controllerId, variants } = inForce;
  const purpose = { controllerId, variants };
  return ending === undefined ? purpose : { ...purpose, retiredAt: ending.data.occurredAt };
}

/** What a sign-up says, before anybody is registered for it. */
export interface SignUp {
  readonly form: CollectionFormVersion | undefined;
  readonly choices: readonly CapturedChoice[];
  readonly audience: Audience;
  /** Whether it names an e-mail address, to which a link can be sent. */
  readonly hasMailbox: boolean;
  readonly occurredAt: Instant;
  /** Purposes of the choices that say yes, by id. */
  readonly purposes: ReadonlyMap<string, CapturedPurpose | undefined>;
}

/**
 * Declines a sign-up whose choices cannot stand before a person is registered for it, so that a declined one leaves
 * nobody behind; consent decides again when the choices are recorded. Rejects: `occurred-in-the-future`,
 * `collection-form-unknown`, `collection-form-version-not-valid-then`, `choice-not-offered-by-form`,
 * `purpose-unknown`, `purpose-retired`, `lawful-basis-is-not-consent`; and where the form is confirmed by a click
 * `contact-point-unknown` (no mailbox for the link) and `controller-unknown` (one request is one data controller's).
 */
export function assertCanBeCaptured(signUp: SignUp, now: Instant): void {
  const { form, choices, occurredAt } = signUp;
  if (occurredAt > now) throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
  if (form === undefined) throw new Rejection('collection-form-unknown', undefined, '/formVersion');
  assertValidThen(form, occurredAt, '/formVersion');
  choices.forEach((choice, index) => {
    const pointer = `/choices/${String(index)}`;
    if (!choice.channels.every((channel) => isOffered(form, choice.purposeId, channel))) {
      throw new Rejection('choice-not-offered-by-form', 'The form version offers no such choice.', pointer);
    }
    if (choice.choice === 'given') assertRestsOnConsent(signUp, choice.purposeId, pointer);
  });
  if (form.method === 'double-opt-in') assertCanBeConfirmed(signUp);
}

function assertCanBeConfirmed({ choices, purposes, hasMailbox }: SignUp): void {
  if (!choices.some(({ choice }) => choice === 'given')) return;
  if (!hasMailbox) {
    const detail = 'The form is confirmed by a link, and no e-mail address says where to.';
    throw new Rejection('contact-point-unknown', detail, '/contactPoints');
  }
  const controllers = new Set([...purposes.values()].map((purpose) => purpose?.controllerId));
  if (controllers.size > 1) {
    throw new Rejection('controller-unknown', 'One link confirms for one data controller.', '/choices');
  }
}

/** Rejects: `collection-form-version-not-valid-then`, where the version was not in use at that instant. */
export function assertValidThen(
  { validFrom, validUntil }: Pick<CollectionFormVersion, 'validFrom' | 'validUntil'>,
  at: Instant,
  pointer: string,
): void {
  if (at < validFrom || (validUntil !== undefined && at >= validUntil)) {
    throw new Rejection('collection-form-version-not-valid-then', undefined, pointer);
  }
}

function isOffered({ offers }: CollectionFormVersion, purposeId: string, channel: Channel): boolean {
  return offers.some((offer) => offer.purposeId === purposeId && offer.channels.includes(channel));
}

function assertRestsOnConsent(
  { purposes, audience, occurredAt }: SignUp,
  purposeId: string,
  pointer: string,
): void {
  const purpose = purposes.get(purposeId);
  if (purpose === undefined) throw new Rejection('purpose-unknown', undefined, `${pointer}/purposeId`);
  if (purpose.retiredAt !== undefined && occurredAt >= purpose.retiredAt) {
    throw new Rejection('purpose-retired', undefined, `${pointer}/purposeId`);
  }
  const isConsent = purpose.variants.some(
    ({ audiences, lawfulBasis }) => audiences.includes(audience) && lawfulBasis === 'consent',
  );
  if (!isConsent) throw new Rejection('lawful-basis-is-not-consent', undefined, `${pointer}/purposeId`);
}
