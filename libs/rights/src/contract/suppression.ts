import { Type } from 'typebox';
import { channels } from '#kernel';
import { DayShape, EvidenceRefShape, InstantShape, OneOf, Strict, UuidShape } from '#event-store/contract';

/** What a "no" is about: a purpose, every one, or one that the ledger does not know. */
export const NoPurpose = Type.Union([UuidShape, Type.Literal('all'), Type.Literal('unknown')]);
/** On which channel; `all` covers later ones too. */
export const NoChannel = OneOf([...channels, 'all']);

/** The list that outlives the people on it, and whom it meets again. */
export const suppression = {
  SuppressionMatched: {
    version: 1,
    category: 'rights',
    meaning:
      'An address of this person stands on the suppression list (Art. 21(3)): what is unwanted there is unwanted of this person, until they themselves consent anew to that very question on a later day. Caused by the address becoming theirs, or by a list that names it. Never names the entry, which leads back to nobody.',
    data: Strict({
      subjectId: UuidShape,
      contactPointId: UuidShape,
      purposeId: Type.Union([UuidShape, Type.Literal('all')]),
      channel: NoChannel,
      controllerId: Type.Optional(UuidShape),
      /** Day on which the address was entered; the "no" counts to the end of it. */
      enteredOn: DayShape,
      /** When the ledger met the address again. */
      occurredAt: InstantShape,
    }),
  },
  SuppressionEntered: {
    version: 1,
    category: 'suppression',
    meaning:
      'An address must not be contacted (Art. 21(3)). Holds no subject and no correlation to one; the keyed fingerprint is sealed.',
    data: Strict({
      suppressionId: UuidShape,
      kind: OneOf(['email', 'phone', 'postal-address']),
      purposeId: NoPurpose,
      channel: NoChannel,
      controllerId: Type.Optional(UuidShape),
      origin: OneOf(['objection', 'withdrawal', 'refusal', 'opt-out-list', 'unknown-address']),
      /** Day only: an exact instant would lead back to the person. */
      enteredOn: DayShape,
      /** Day on which keeping it is reviewed, at least three years later; it does not expire silently. */
      reviewOn: DayShape,
      keyVersion: Type.Integer({ minimum: 1 }),
      fingerprint: EvidenceRefShape,
    }),
  },
} as const;
