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
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';

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
