import { canonicalJson, type Json, type JsonObject, type Personal, type Uuid } from '#kernel';

/** The closed registry of envelope algorithms. A new one needs a new generation of keys; old envelopes stay. */
export const envelopeAlgorithms = ['HKDF-SHA256+A256GCM'] as const;

/** How an envelope is sealed. It stands in the authenticated data, so nobody can downgrade it. */
export type EnvelopeAlgorithm = (typeof envelopeAlgorithms)[number];

/**
 * The sealed personal values of one event: a member of the array `$pd`, which stands only in events of personal
 * streams (`evidence.md` §1). Binary members are base64url without padding.
 */
export type Envelope = {
  readonly v: 1;
  readonly alg: EnvelopeAlgorithm;
  /** Id of the data key, `k_<ULID>`. */
  readonly kid: string;
  /** Retention scope of the key. */
  readonly scp: string;
  /** The data subject's pseudonymous id. */
  readonly sub: Uuid;
  /** Fresh 256-bit salt: no two envelopes share key and nonce. */
  readonly s: string;
  /** Key commitment: one ciphertext has one plaintext. */
  readonly kc: string;
  /** AES-256-GCM ciphertext and tag of the padded canonical JSON. */
  readonly ct: string;
};

/** Where an envelope stands. It is authenticated and never stored: who opens rebuilds it from the event. */
export interface EnvelopeContext {
  /** Ledger id. */
  readonly led: Uuid;
  readonly stream: string;
  readonly eventId: Uuid;
  /** Event type. */
  readonly type: string;
  /** Index in `$pd`. */
  readonly slot: number;
}

/** Values that can be sealed: canonical JSON in which any part may be wrapped as {@link Personal}. */
export type Sealable = Json | Personal<Json> | readonly Sealable[] | { readonly [key: string]: Sealable };

/** The personal fields of one event, by name. */
export type PersonalFields = { readonly [key: string]: Sealable };

/** What stood in an envelope. */
export type OpenedFields = JsonObject;

/** Why an envelope does not open. */
export type EnvelopeFault =
  /** A member is absent, of the wrong type or not canonical base64url. */
  | 'malformed'
  /** Unknown version or algorithm. */
  | 'unsupported'
  /** The key is not the one that the envelope commits to. */
  | 'commitment'
  /** Ciphertext or context was altered. */
  | 'authentication'
  /** It is authentic and yet no padded JSON object. */
  | 'content';

/** An envelope does not open. */
export class EnvelopeUnreadable extends Error {
  override readonly name = 'EnvelopeUnreadable';
  constructor(readonly fault: EnvelopeFault) {
    super(`The envelope does not open: ${fault}`);
  }
}

/** The authenticated data of an envelope: it binds ledger, stream, event, type, slot, person, scope, key, algorithm. */
export function additionalData(
  header: Pick<Envelope, 'v' | 'alg' | 'kid' | 'scp' | 'sub'>,
  context: EnvelopeContext,
): Buffer {
  const { v, alg, kid, scp, sub } = header;
  const { led, stream, eventId: id, type, slot } = context;
  return Buffer.from(canonicalJson({ alg, id, kid, led, scp, slot, stream, sub, type, v }), 'utf8');
}
