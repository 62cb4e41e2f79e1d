import { Type, type Static } from 'typebox';
import { scopes } from '#kernel';
import {
  declareEvents,
  InstantShape,
  KeyFingerprintShape,
  KeyIdShape,
  OneOf,
  PersonalStreamShape,
  SealingAlgorithmShape,
  Sha256Shape,
  SlugShape,
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';

const Index = Type.Integer({ minimum: 0 });
const Count = Index;

/** Why an event store was put back to an older state. */
export const restorationCauses = [
  'hardware',
  'corruption',
  'operator-error',
  'attack',
  'migration',
  'other',
] as const;

const Base64Url = Type.String({ pattern: '^[A-Za-z0-9_-]+$' });

/** Personal values sealed under one data key (AES-256-GCM with key commitment); stands only in personal streams. */
export const EnvelopeShape = Strict({
  v: Type.Literal(1),
  alg: SealingAlgorithmShape,
  kid: KeyIdShape,
  scp: OneOf(scopes),
  sub: UuidShape,
  s: Base64Url,
  kc: Base64Url,
  ct: Base64Url,
});

/** Facts of the ledger itself, of its keys, and the sealed personal values. */
export const ledgerEvents = declareEvents('ledger', {
  LedgerOpened: {
    version: 1,
    category: 'ledger',
    meaning:
      'The first event of a ledger: its identity and the formats its proofs are written in. Caused by the first start.',
    data: Strict({
      ledgerId: UuidShape,
      openedAt: InstantShape,
      formats: Strict({
        event: Type.Integer({ minimum: 1 }),
        entry: Type.Integer({ minimum: 1 }),
        envelope: Type.Integer({ minimum: 1 }),
      }),
    }),
  },
  StoreRestored: {
    version: 1,
    category: 'ledger',
    meaning:
      'The event store had been put back to an older state, and the operator accepted it as it stands. What the audit copy holds of the compliance and governance streams was entered again, at its place and under its id; sealed values cannot be, and are lost. Caused by the operator, who is the actor. From here on the store has another generation: tokens of the one before are refused.',
    data: Strict({
      generationBefore: UuidShape,
      generationAfter: UuidShape,
      /** The newest entry of the audit copy when the store was accepted; its event may be among the lost ones. */
      lastKnown: Strict({
        index: Index,
        eventId: UuidShape,
        position: Type.String({ pattern: '^[\\w.:-]{1,64}$' }),
      }),
      /** First and last entry of the audit copy whose event the store lacked. */
      gap: Type.Optional(Strict({ from: Index, to: Index })),
      /** Events that the store lacked: those entered again and those lost. */
      missing: Count,
      reentered: Count,
      lost: Count,
      lostByCategory: Type.Array(
        Strict({ category: Type.String({ pattern: '^[a-z]{1,40}$' }), events: Count }),
        {
          maxItems: 50,
        },
      ),
      /** SHA-256 over the indexes of the lost entries in the audit copy: ascending, decimal, each followed by a line feed. */
      lostEntriesSha256: Sha256Shape,
      /** Events that the store held and the audit copy did not: written after it had been put back. */
      unseen: Count,
      /** People about whom the gate answers no from here on: more was answered about them than anybody still holds. */
      heldSubjects: Count,
      cause: OneOf(restorationCauses),
      /** The organisation's own reference of the incident. */
      reference: Type.Optional(SlugShape),
      occurredAt: InstantShape,
    }),
  },
  SubjectKeyCreated: {
    version: 1,
    category: 'keys',
    meaning:
      'A data key for one subject, scope and generation stands ready; its fingerprint is public and survives its destruction.',
    data: Strict({
      sub: UuidShape,
      scp: OneOf(scopes),
      gen: Type.Integer({ minimum: 1 }),
      kid: KeyIdShape,
      fp: KeyFingerprintShape,
      alg: SealingAlgorithmShape,
      stream: PersonalStreamShape,
    }),
  },
  PersonalDataSealed: {
    version: 1,
    category: 'personal',
    meaning:
      'Personal values of one act, sealed. The only events that carry envelopes; they die with their key and stream.',
    data: Strict({
      about: OneOf([
        'contact-point',
        'act-context',
        'statement',
        'unknown-purpose',
        'staff-identity',
        'suppressed-address',
        'recipient-package',
        'reply-address',
      ]),
      /** The event whose envelope this one replaces, when survivors were sealed again in the next generation. */
      origin: Type.Optional(UuidShape),
      $pd: Type.Array(EnvelopeShape, { minItems: 1, maxItems: 16 }),
    }),
  },
});

export type LedgerFact = EventsOf<typeof ledgerEvents>;
export type Envelope = Static<typeof EnvelopeShape>;
