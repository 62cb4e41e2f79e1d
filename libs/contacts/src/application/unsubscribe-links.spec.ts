import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channels } from '#kernel';
import type { KeyStore } from '#subject-keys';
import { UnsubscribeLinks } from './unsubscribe-links.js';

// Goal: a link opens to what it was made for, and nothing else opens. Method: real sealing under keys made here.

const versions = [2, 1].map((version) => ({ version, key: createSecretKey(randomBytes(32)), settled: true }));
const linksUnder = (known: typeof versions) =>
  new UnsubscribeLinks({
    named: { versions: async () => known, current: async () => known[0] },
  } as unknown as KeyStore);
const links = linksUnder(versions);

const id = fc.uuid();
const target = fc.oneof(
  fc.record({ subjectId: id, purposeId: id, channel: fc.constantFrom(...channels) }),
  fc.record({ subjectId: id, purposeId: fc.constant('all'), channel: fc.constant('all' as const) }),
  fc.record({ subjectId: id, purposeId: id, channel: fc.constantFrom(...channels), controllerId: id }),
);

describe('a link to unsubscribe', () => {
  it('opens to what it was made for, and fits into an address', async () => {
    await fc.assert(
      fc.asyncProperty(target, async (one) => {
        const [token = ''] = await links.mint([one]);
        expect(token).toMatch(/^[\w-]{60,150}$/);
        expect(await links.open(token)).toEqual(one);
      }),
    );
  });

  it('gives nothing away: not whom it is for, not even that two are for the same', async () => {
    await fc.assert(
      fc.asyncProperty(target, async (one) => {
        const [first = '', second = ''] = await links.mint([one, one]);
        expect(first).not.toBe(second);
        const bytes = Buffer.from(first, 'base64url').toString('hex');
        expect(bytes).not.toContain(one.subjectId.replaceAll('-', ''));
      }),
    );
  });

  it('does not open when a single bit of it is another one', async () => {
    await fc.assert(
      fc.asyncProperty(target, fc.nat(), async (one, place) => {
        const [token = ''] = await links.mint([one]);
        const bytes = Buffer.from(token, 'base64url');
        const bit = place % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await links.open(bytes.toString('base64url'))).toBeUndefined();
      }),
    );
  });

  it('does not open when a part of it is missing, or when somebody made it up', async () => {
    const [token = ''] = await links.mint([
      { subjectId: crypto.randomUUID(), purposeId: 'all', channel: 'all' },
    ]);
    for (let length = 0; length < token.length - 1; length += 1) {
      expect(await links.open(token.slice(0, length))).toBeUndefined();
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 400 }), async (text) => {
        expect(await links.open(text)).toBeUndefined();
      }),
    );
  });

  it('opens after the key has a newer version, years later', async () => {
    const one = { subjectId: crypto.randomUUID(), purposeId: 'all', channel: 'email' as const };
    const [old = ''] = await linksUnder(versions.slice(1)).mint([one]);
    expect(await links.open(old)).toEqual(one);
  });

  it('of a letter that was sent long ago opens: this one was, and its format is for ever', async () => {
    const sent =
      'AQEJCQkJCQkJCQkJCQkmuq8YoK2LLsv-tibJ0OiDub9ZjDrUxI0sIUn9r2tuV_GAiqKLPqVWIO5NK2F3LIQFRowT_4Y';
    const key = createSecretKey(Buffer.alloc(32, 7));
    expect(await linksUnder([{ version: 1, key, settled: true }]).open(sent)).toEqual({
      subjectId: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d',
      purposeId: '0f3a7f0e-3a33-4d43-8f0f-5b7a1f6f2d22',
      channel: 'email',
    });
  });
});
