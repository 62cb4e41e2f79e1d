import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import { Personal, canonicalJson, sha256, type Json, type JsonObject, type Uuid } from '#kernel';
import {
  EnvelopeUnreadable,
  additionalData,
  envelopeAlgorithms,
  type Envelope,
  type EnvelopeContext,
  type PersonalFields,
  type Sealable,
} from './envelope.js';
import { BUCKET_BYTES, fromBase64Url, pad, toBase64Url, unpad } from './encoding.js';
import { MessageKey } from './key-material.js';

const TAG_BYTES = 16;
const SALT_BYTES = 32;

/** Whose key seals: the clear part of an envelope. */
export interface EnvelopeOwner {
  readonly kid: string;
  readonly scp: string;
  readonly sub: Uuid;
}

/**
 * Seals the personal fields of one event under a data key (`evidence.md` §1).
 * Throws `NotCanonical` if a value has no canonical JSON.
 */
export function sealEnvelope(
  dek: KeyObject,
  owner: EnvelopeOwner,
  context: EnvelopeContext,
  fields: PersonalFields,
): Envelope {
  return sealWithSalt(dek, owner, context, fields, randomBytes(SALT_BYTES));
}

/** {@link sealEnvelope} with a given salt. For test vectors only: a salt that is used twice breaks the encryption. */
export function sealWithSalt(
  dek: KeyObject,
  owner: EnvelopeOwner,
  context: EnvelopeContext,
  fields: PersonalFields,
  salt: Buffer,
): Envelope {
  const { kid, scp, sub } = owner;
  const header = { v: 1, alg: 'HKDF-SHA256+A256GCM', kid, scp, sub } as const;
  const plaintext = pad(Buffer.from(canonicalJson(revealAll(fields)), 'utf8'));
  const message = MessageKey.derive(dek, salt);
  try {
    const cipher = createCipheriv('aes-256-gcm', message.key, message.nonce);
    cipher.setAAD(additionalData(header, context));
    const ct = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    return { ...header, s: toBase64Url(salt), kc: toBase64Url(message.commitment()), ct: toBase64Url(ct) };
  } finally {
    message.wipe();
    plaintext.fill(0);
  }
}

/** Opens an envelope where it stands. Throws {@link EnvelopeUnreadable}. */
export function openEnvelope(dek: KeyObject, envelope: Envelope, context: EnvelopeContext): JsonObject {
  return openWith(() => messageKeyOf(dek, envelope), envelope, context);
}

/** Opens one envelope with its disclosed message key (44 bytes). Throws {@link EnvelopeUnreadable}. */
export function openDisclosed(
  disclosed: Uint8Array,
  envelope: Envelope,
  context: EnvelopeContext,
): JsonObject {
  return openWith(() => MessageKey.disclosed(disclosed), envelope, context);
}

/** The 44 bytes that open this envelope and no other one. Throws {@link EnvelopeUnreadable}. */
export function discloseMessageKey(dek: KeyObject, envelope: Envelope): Buffer {
  assertEnvelope(envelope);
  const message = messageKeyOf(dek, envelope);
  try {
    assertCommitment(message, envelope);
    return message.disclose();
  } finally {
    message.wipe();
  }
}

/** `cth`: what stands in the audit copy in place of the ciphertext (`evidence.md` §2). */
export function ciphertextHash(envelope: Envelope): string {
  return toBase64Url(sha256(fromBase64Url(envelope.ct)));
}

/** Checks that a stored value has the shape of an envelope. Throws {@link EnvelopeUnreadable}. */
export function assertEnvelope(value: unknown): asserts value is Envelope {
  if (typeof value !== 'object' || value === null) throw new EnvelopeUnreadable('malformed');
  const { v, alg, kid, scp, sub } = value as Record<string, unknown>;
  if (v !== 1 || !envelopeAlgorithms.some((known) => known === alg))
    throw new EnvelopeUnreadable('unsupported');
  if ([kid, scp, sub].some((text) => typeof text !== 'string' || !text.isWellFormed())) {
    throw new EnvelopeUnreadable('malformed');
  }
}

function openWith(keyOf: () => MessageKey, envelope: Envelope, context: EnvelopeContext): JsonObject {
  assertEnvelope(envelope);
  const sealed = fromBase64Url(envelope.ct);
  if (sealed.length < BUCKET_BYTES + TAG_BYTES) throw new EnvelopeUnreadable('malformed');
  const message = keyOf();
  try {
    assertCommitment(message, envelope);
    const plaintext = decrypt(message, sealed, additionalData(envelope, context));
    try {
      return parseFields(unpad(plaintext));
    } finally {
      plaintext.fill(0);
    }
  } finally {
    message.wipe();
  }
}

function messageKeyOf(dek: KeyObject, envelope: Envelope): MessageKey {
  return MessageKey.derive(dek, fromBase64Url(envelope.s, SALT_BYTES));
}

function assertCommitment(message: MessageKey, envelope: Envelope): void {
  const committed = fromBase64Url(envelope.kc, 32);
  if (!timingSafeEqual(committed, message.commitment())) throw new EnvelopeUnreadable('commitment');
}

function decrypt(message: MessageKey, sealed: Buffer, aad: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', message.key, message.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new EnvelopeUnreadable('authentication');
  }
}

function parseFields(content: Uint8Array): JsonObject {
  let fields: unknown;
  try {
    fields = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    // The parser's own message would quote the plaintext.
    throw new EnvelopeUnreadable('content');
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new EnvelopeUnreadable('content');
  return fields as JsonObject;
}

function revealAll(value: Sealable): Json {
  if (value instanceof Personal) return value.reveal();
  if (Array.isArray(value)) return (value as readonly Sealable[]).map(revealAll);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value as Json;
  }
  return Object.fromEntries(
    Object.entries(value as PersonalFields).map(([key, part]) => [key, revealAll(part)]),
  );
}
