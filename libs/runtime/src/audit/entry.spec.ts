import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, NotCanonical, sha256, type Json } from '#kernel';
import { assertEntryFits, entryOf, EntryTooLarge, MAX_ENTRY_BYTES, type LoggedEvent } from './entry.js';

// Goal: an entry is what a stranger computes from the specification. Method: its published vector, and properties.

const LEDGER = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const envelope = {
  v: 1,
  alg: 'HKDF-SHA256+A256GCM',
  kid: 'k_01JD0000000000000000000001',
  scp: 'identity',
  sub: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  s: Buffer.alloc(32, 0x22).toString('base64url'),
  kc: 'Rm85TTt5BKiXBe7_zL2E-NwbH2jkZxGq78tqnWVEsps',
  ct: 'IyWi3E224RDFSUFSbScKzsZ3TZhWhCHLtMiqCj2bcM0RmepeoKZXbSi1ESSw7DkrQbSQVXgfVDzDC5tFBdcVdl_zh9emygL2vzmnR_2-czs',
};
const event: LoggedEvent = {
  id: '0192f0c1-2b7d-7c11-8f00-000000000001',
  stream: 'consent-3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  revision: 0n,
  type: 'ConsentGiven',
  data: { purposeId: 'newsletter', policyVersion: '2026-03', $pd: [envelope] },
  metadata: { schema: 'ConsentGiven/1', ts: '2026-11-21T18:00:00.000Z' },
};

describe('the entry of an event', () => {
  it('is the published vector', () => {
    const { entry, leafHash } = entryOf(LEDGER, event);
    expect(Buffer.byteLength(entry)).toBe(605);
    expect(entry).toContain('"cth":"YbHSB-l7TY7mTeX_7Jca3lYoggwrkCu8xu0JHKqX6G4"');
    expect(entry).not.toContain(envelope.ct);
    expect(leafHash.toString('hex')).toBe('15bbdff8325d43a3d1d2542481a01b42a2910bd01b88185f76f499dd0b715e75');
  });

  it('is canonical text, and the leaf is its hash', () => {
    const text = fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\u0000', ''));
    const data = fc.dictionary(text, fc.oneof(text, fc.maxSafeNat(), fc.constant(null)));
    fc.assert(
      fc.property(data, fc.maxSafeNat(), (value, revision) => {
        const { entry, leafHash } = entryOf(LEDGER, { ...event, data: value, revision: BigInt(revision) });
        expect(canonicalJson(JSON.parse(entry))).toBe(entry);
        expect(leafHash).toEqual(sha256(Buffer.concat([Buffer.of(0), Buffer.from(entry)])));
      }),
    );
  });

  it('tells two ciphertexts apart, and changes with every other member', () => {
    const leaf = (change: Partial<LoggedEvent>): string =>
      entryOf(LEDGER, { ...event, ...change }).leafHash.toString('hex');
    const other = { ...envelope, ct: Buffer.alloc(80, 1).toString('base64url') };
    const changes: Partial<LoggedEvent>[] = [
      {},
      { data: { purposeId: 'newsletter', policyVersion: '2026-03', $pd: [other] } },
      { data: { purposeId: 'newsletter', policyVersion: '2026-03' } },
      { id: '0192f0c1-2b7d-7c11-8f00-000000000002' },
      { stream: 'consent-3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e11' },
      { revision: 1n },
      { type: 'ConsentRefused' },
      { metadata: {} },
    ];
    expect(new Set(changes.map(leaf)).size).toBe(changes.length);
    expect(entryOf('7c9e6679-7425-40de-944b-e07fc1f90ae8', event).leafHash.toString('hex')).not.toBe(
      leaf({}),
    );
  });

  it.each<[string, Json]>([
    ['padding', { ...envelope, ct: `${envelope.ct}=` }],
    ['the other alphabet', { ...envelope, ct: envelope.ct.replaceAll('_', '/') }],
    ['a number', { ...envelope, ct: 1 }],
    ['a hash beside it', { ...envelope, cth: 'x' }],
  ])('refuses a ciphertext with %s: two texts would have one entry', (_, bad) => {
    expect(() => entryOf(LEDGER, { ...event, data: { $pd: [bad] } })).toThrow(NotCanonical);
  });

  it('must fit: the append side refuses exactly what may become too large', () => {
    const fill = (length: number): LoggedEvent => ({ ...event, data: { text: 'x'.repeat(length) } });
    const newEvent = (length: number) => ({ ...fill(length), metadata: event.metadata });
    const frame = Buffer.byteLength(
      entryOf(LEDGER, { ...fill(0), revision: BigInt(Number.MAX_SAFE_INTEGER) }).entry,
    );
    const most = MAX_ENTRY_BYTES - frame;
    expect(() => assertEntryFits(LEDGER, event.stream, [newEvent(most)])).not.toThrow();
    expect(() => assertEntryFits(LEDGER, event.stream, [newEvent(1), newEvent(most + 1)])).toThrow(
      EntryTooLarge,
    );
    expect(() => entryOf(LEDGER, fill(most + 15))).not.toThrow();
    expect(() => entryOf(LEDGER, fill(most + 16))).toThrow(EntryTooLarge);
  });
});
