import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Personal, canonicalJson, sha256, type Json, type JsonObject } from '#kernel';
import { BUCKET_BYTES, fromBase64Url, pad, toBase64Url, unpad } from './encoding.js';
import { EnvelopeUnreadable, type Envelope, type EnvelopeContext } from './envelope.js';
import { MessageKey, keyFingerprint } from './key-material.js';
import {
  ciphertextHash,
  discloseMessageKey,
  openDisclosed,
  openEnvelope,
  sealEnvelope,
  sealWithSalt,
} from './seal.js';

const dek = Buffer.alloc(32, 0x11);
const salt = Buffer.alloc(32, 0x22);
const vectorFields = { email: 'alice@example.org', ip: '2001:db8::1' };
const owner = {
  kid: 'k_01JD0000000000000000000001',
  scp: 'identity',
  sub: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
};
const context: EnvelopeContext = {
  led: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  stream: 'consent-3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  eventId: '0192f0c1-2b7d-7c11-8f00-000000000001',
  type: 'ConsentGiven',
  slot: 0,
};
const key = createSecretKey(dek);
const vector = sealWithSalt(key, owner, context, vectorFields, salt);

describe('the envelope vector of the specification', () => {
  it('gives the fingerprint, commitment and ciphertext that are written there', () => {
    expect(toBase64Url(keyFingerprint(dek))).toBe('NDQCaK35if4w2cthc8FtLwsbqTVKH2MnqxhGuXo8y5U');
    expect(vector).toEqual({
      v: 1,
      alg: 'HKDF-SHA256+A256GCM',
      ...owner,
      s: toBase64Url(salt),
      kc: 'Rm85TTt5BKiXBe7_zL2E-NwbH2jkZxGq78tqnWVEsps',
      ct: 'IyWi3E224RDFSUFSbScKzsZ3TZhWhCHLtMiqCj2bcM0RmepeoKZXbSi1ESSw7DkrQbSQVXgfVDzDC5tFBdcVdl_zh9emygL2vzmnR_2-czs',
    });
    expect(openEnvelope(key, vector, context)).toEqual(vectorFields);
  });

  it('gives the leaf in which the ciphertext is replaced by its hash', () => {
    const { ct: _ct, ...rest } = vector;
    const entry = canonicalJson({
      v: 1,
      led: context.led,
      stream: context.stream,
      rev: 0,
      id: context.eventId,
      type: context.type,
      data: {
        purposeId: 'newsletter',
        policyVersion: '2026-03',
        $pd: [{ ...rest, cth: ciphertextHash(vector) }],
      },
      meta: { schema: 'ConsentGiven/1', ts: '2026-11-21T18:00:00.000Z' },
    });
    expect(ciphertextHash(vector)).toBe('YbHSB-l7TY7mTeX_7Jca3lYoggwrkCu8xu0JHKqX6G4');
    expect(Buffer.byteLength(entry)).toBe(605);
    expect(sha256(Buffer.of(0), entry).toString('hex')).toBe(
      '15bbdff8325d43a3d1d2542481a01b42a2910bd01b88185f76f499dd0b715e75',
    );
  });
});

const name = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000'));
const { tree: json } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    name,
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
  ),
}));
const fieldsOf: fc.Arbitrary<JsonObject> = fc
  .dictionary(name, json, { maxKeys: 6 })
  .map((fields) => ({ ...fields }));
const newKey = (): KeyObject => createSecretKey(randomBytes(32));

describe('an envelope', () => {
  it('opens to what was sealed (invariant 1)', () => {
    fc.assert(
      fc.property(fieldsOf, (fields) => {
        const opened = openEnvelope(key, sealEnvelope(key, owner, context, fields), context);
        expect(canonicalJson(opened)).toBe(canonicalJson(fields));
      }),
    );
  });

  it('seals values that are wrapped as personal, at any depth', () => {
    const fields = {
      email: Personal.of('a@x.example'),
      lines: [Personal.of('1 rue'), { zip: Personal.of('75001') }],
    };
    expect(openEnvelope(key, sealEnvelope(key, owner, context, fields), context)).toEqual({
      email: 'a@x.example',
      lines: ['1 rue', { zip: '75001' }],
    });
  });

  it('refuses what has no canonical form', () => {
    expect(() => sealEnvelope(key, owner, context, { price: 1.5 })).toThrow('No canonical JSON');
    expect(() => sealEnvelope(key, owner, context, { born: new Date(0) as unknown as Json })).toThrow();
  });

  const text = { kid: 'k_2', scp: 'marketing', sub: '00000000-0000-4000-8000-000000000000' };
  const changes: readonly [string, Envelope, EnvelopeContext][] = [
    ...(['kid', 'scp', 'sub'] as const).map((member): [string, Envelope, EnvelopeContext] => [
      member,
      { ...vector, [member]: text[member] },
      context,
    ]),
    ['v', { ...vector, v: 2 as 1 }, context],
    ['alg', { ...vector, alg: 'A256GCM' as 'HKDF-SHA256+A256GCM' }, context],
    ['led', vector, { ...context, led: '7c9e6679-7425-40de-944b-e07fc1f90ae8' }],
    ['stream', vector, { ...context, stream: 'personal-1' }],
    ['event', vector, { ...context, eventId: '0192f0c1-2b7d-7c11-8f00-000000000002' }],
    ['type', vector, { ...context, type: 'ConsentRefused' }],
    ['slot', vector, { ...context, slot: 1 }],
  ];
  it.each(changes)('does not open when its %s is changed (invariant 2)', (_member, envelope, where) => {
    expect(() => openEnvelope(key, envelope, where)).toThrow(EnvelopeUnreadable);
  });

  it('does not open under another key, nor with any changed character of s, kc or ct (invariant 2)', () => {
    expect(() => openEnvelope(newKey(), vector, context)).toThrow('commitment');
    fc.assert(
      fc.property(
        fc.constantFrom('s' as const, 'kc' as const, 'ct' as const),
        fc.nat(),
        fc.constantFrom(...'ABCDwxyz0189-_=+/ '.split('')),
        (member, at, character) => {
          const original = vector[member];
          const index = at % original.length;
          fc.pre(original[index] !== character);
          const changed = original.slice(0, index) + character + original.slice(index + 1);
          expect(() => openEnvelope(key, { ...vector, [member]: changed }, context)).toThrow(
            EnvelopeUnreadable,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has one text only: unused bits, padding and blanks are refused', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const member of ['s', 'kc', 'ct'] as const) {
      const original = vector[member];
      const endings = alphabet.split('').map((last) => original.slice(0, -1) + last);
      const others = endings.filter((text) => text !== original);
      for (const text of [
        ...others,
        `${original}=`,
        `${original}\n`,
        ` ${original}`,
        original.slice(0, -1),
      ]) {
        expect(() => openEnvelope(key, { ...vector, [member]: text }, context)).toThrow(EnvelopeUnreadable);
      }
    }
  });

  it('does not open when any bit of the data key is changed (invariant 2)', () => {
    fc.assert(
      fc.property(fc.nat(255), (bit) => {
        const changed = Buffer.from(dek);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => openEnvelope(createSecretKey(changed), vector, context)).toThrow('commitment');
      }),
    );
  });

  it('refuses a commitment to a key that another plaintext was sealed under', () => {
    const other = sealEnvelope(key, owner, context, { email: 'b@x.example' });
    expect(() => openEnvelope(key, { ...other, kc: vector.kc }, context)).toThrow('commitment');
    expect(() => openEnvelope(key, { ...other, s: vector.s, kc: vector.kc }, context)).toThrow(
      'authentication',
    );
  });

  it('never reuses key and nonce (invariant 3)', () => {
    const salts = Array.from({ length: 500 }, () => sealEnvelope(key, owner, context, vectorFields).s);
    const pairs = salts.map((s) => MessageKey.derive(key, fromBase64Url(s, 32)).disclose().toString('hex'));
    expect(new Set(pairs).size).toBe(500);
  });

  it('hides equality, names and lengths inside a bucket (invariant 4)', () => {
    const ends = (length: number): Envelope => sealEnvelope(key, owner, context, { e: 'x'.repeat(length) });
    const [one, two] = [ends(10), ends(10)];
    expect(one.ct).not.toBe(two.ct);
    expect(one.kc).not.toBe(two.kc);
    expect(one.ct).toHaveLength(ends(50).ct.length);
    expect(fromBase64Url(one.ct)).toHaveLength(BUCKET_BYTES + 16);
  });

  it('opens one envelope, and only that one, with its disclosed key', () => {
    const other = sealEnvelope(key, owner, context, vectorFields);
    const disclosed = discloseMessageKey(key, vector);
    expect(disclosed).toHaveLength(44);
    expect(openDisclosed(disclosed, vector, context)).toEqual(vectorFields);
    expect(() => openDisclosed(disclosed, other, context)).toThrow('commitment');
    expect(() => discloseMessageKey(newKey(), vector)).toThrow('commitment');
  });

  it('answers garbage with its own error, and never with the plaintext in a message', () => {
    const garbage = [
      null,
      1,
      'x',
      {},
      { v: 1 },
      { ...vector, ct: 7 },
      { ...vector, kid: '\ud800' },
      { ...vector, ct: '' },
    ];
    for (const value of garbage) {
      expect(() => openEnvelope(key, value as Envelope, context)).toThrow(EnvelopeUnreadable);
    }
    expect(inspect(new EnvelopeUnreadable('content'))).not.toContain('alice');
  });
});

describe('padding', () => {
  it('is undone exactly and fills whole buckets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
        const padded = pad(content);
        expect(padded.length % BUCKET_BYTES).toBe(0);
        expect(padded.length - content.length).toBeLessThanOrEqual(BUCKET_BYTES);
        expect(Buffer.from(unpad(padded)).equals(Buffer.from(content))).toBe(true);
      }),
    );
  });

  it('is required', () => {
    expect(() => unpad(Buffer.alloc(64))).toThrow('content');
    expect(() => unpad(Buffer.alloc(64, 1))).toThrow('content');
    expect(() => unpad(Buffer.alloc(0))).toThrow('content');
  });
});
