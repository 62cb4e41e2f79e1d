import { defined, type ContactPointKind, type Personal } from '#kernel';
import type { ContactValue } from './blind-index.js';
import { isClaimable } from './contact-kind.js';
import { normaliseContact } from './normalise.js';

/** By what a person with this contact point is found; `undefined`: by nothing, since it is no address of its kind. */
export function contactValueOf(point: {
  readonly kind: ContactPointKind;
  readonly system?: string | undefined;
  readonly value: Personal<string>;
}): ContactValue | undefined {
  const { kind, system, value } = point;
  if (!isClaimable(kind)) return undefined;
  const normalised = normaliseContact(kind, value);
  return 'fault' in normalised ? undefined : defined({ kind, system, normalised: normalised.value });
}
