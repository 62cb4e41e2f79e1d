import { Type } from 'typebox';
import { DayShape, EvidenceRefShape, InstantShape, OneOf, Strict, UuidShape } from '#event-store/contract';
import { waysOfTelling } from '#register/contract';

/** What a recipient answers when it was told of an erasure. */
export const recipientOutcomes = ['erased', 'nothing-held', 'kept-by-law'] as const;

/** Why a recipient counts as not told; the first is what the ledger's own clock says. */
export const recipientFailures = ['no-answer-in-time', 'refused', 'unreachable', 'ceased'] as const;

const OfRecipient = { erasureId: UuidShape, subjectId: UuidShape, recipientId: UuidShape };

/** Part of the contract: each recipient is told of an erasure (Art. 19), and the ledger keeps the evidence. */
export const notification = {
  RecipientPackagePrepared: {
    version: 1,
    category: 'rights',
    meaning:
      'Before the keys of an erasure die, what a recipient needs to find the person is sealed in the short-lived scope `notification` (Art. 19). It dies when every recipient has answered, or on the due day.',
    data: Strict({
      ...OfRecipient,
      howTold: OneOf(waysOfTelling),
      /** By what it finds the person; absent: the ledger knows nothing by which it could. */
      package: Type.Optional(EvidenceRefShape),
      /** Where the person can be told what came of it. */
      replyAddress: Type.Optional(EvidenceRefShape),
      dueBy: DayShape,
    }),
  },
  RecipientInformed: {
    version: 1,
    category: 'rights',
    meaning: 'A recipient was told of an erasure for the first time: its package was handed over.',
    data: Strict({ ...OfRecipient, informedAt: InstantShape }),
  },
  RecipientAcknowledged: {
    version: 1,
    category: 'rights',
    meaning: 'A recipient answered what it did about an erasure; also after its due day.',
    data: Strict({ ...OfRecipient, acknowledgedAt: InstantShape, outcome: OneOf(recipientOutcomes) }),
  },
  RecipientFailed: {
    version: 1,
    category: 'rights',
    meaning: 'A recipient could not be told of an erasure, or has not answered by its due day.',
    data: Strict({ ...OfRecipient, failedAt: InstantShape, reason: OneOf(recipientFailures) }),
  },
} as const;
