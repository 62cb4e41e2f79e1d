import { Type } from 'typebox';
import { channels } from '#kernel';
import { InstantShape, OneOf, Strict, UuidShape } from '#event-store/contract';

/** Why somebody other than the person ends a consent. */
export const revocationReasons = [
  'controller-decision',
  'purpose-ended',
  'collector-ended',
  'processing-changed',
  'recipient-ended',
] as const;

/** Which condition of validity a consent never met (Art. 4(11), 7, 8, 9(2)(a)). */
export const consentDefects = [
  'not-free',
  'not-specific',
  'not-informed',
  'not-unambiguous',
  'not-distinct',
  'not-withdrawable',
  'not-provable',
  'not-explicit',
  'minor-without-parent',
] as const;

/** The consent that ends; the question it answered is repeated, so that each ending is told on its own. */
const ended = {
  consentId: UuidShape,
  subjectId: UuidShape,
  purposeId: UuidShape,
  channel: OneOf(channels),
  controllerId: UuidShape,
};

/** Part of the contract: one consent ends otherwise than by the person's own "no"; a newer one never ends with it. */
export const endings = {
  ConsentExpired: {
    version: 1,
    category: 'consent',
    meaning:
      'A consent reached the end that was stated to the person. Written once by the ledger itself; a newer consent stands.',
    data: Strict({
      ...ended,
      /** When it ended: the stated end, however late the ledger writes it. */
      occurredAt: InstantShape,
    }),
  },
  ConsentRevoked: {
    version: 1,
    category: 'consent',
    meaning:
      'A consent was ended by another than the person (DPV ConsentRevoked), from that instant on: it permits nothing any more.',
    data: Strict({
      actId: UuidShape,
      ...ended,
      reason: OneOf(revocationReasons),
      occurredAt: InstantShape,
    }),
  },
  ConsentInvalidated: {
    version: 1,
    category: 'consent',
    meaning:
      'A consent is found never to have been valid: for whoever knows of this, it permitted nothing on any date.',
    data: Strict({
      actId: UuidShape,
      ...ended,
      defects: Type.Array(OneOf(consentDefects), { minItems: 1, maxItems: 9, uniqueItems: true }),
      occurredAt: InstantShape,
    }),
  },
} as const;
