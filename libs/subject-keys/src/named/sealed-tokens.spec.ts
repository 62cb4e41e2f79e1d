import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packedIds, SealedTokens, unpackedId } from './sealed-tokens.js';

// Goal: a token says to its maker what it was made for, and nothing to anybody else. Method: real sealing under keys
// made here; every bit changed, every part missing, every other use and version tried.

const newKey = (version: number) => ({ version, key: createSecretKey(randomBytes(32)), settled: true });
const tokensUnder = (...versions: ReturnType<typeof newKey>[]) =>
  new SealedTokens({ versions: async () => versions, current: async () => versions[0]! }, 'a-use');
const old = newKey(1);
const tokens = tokensUnder(newKey(2), old);

describe('a sealed token', () => {
  it('says to its maker what it was made for, and fits into an address', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (content) => {
        const [one = '', other = ''] = await tokens.seal([content, content]);
        expect(one).toMatch(/^[\w-]+$/);
        expect(one).not.toBe(other);
        expect(await tokens.open(one)).toEqual(Buffer.from(content));
      }),
    );
  });

  it('is none when a bit of it is another one', async () => {
    const [token = ''] = await tokens.seal([packedIds([randomUUID()])]);
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await tokens.open(changed.toString('base64url'))).toBeUndefined();
    }
  });

  it('is none in part, made up, or beyond all measure', async () => {
    const [token = ''] = await tokens.seal([packedIds([randomUUID()])]);
    for (let length = 0; length < token.length - 1; length += 1) {
      expect(await tokens.open(token.slice(0, length))).toBeUndefined();
    }
    expect(await tokens.open('A'.repeat(301))).toBeUndefined();
  });

  it('is none of another use, and opens under every version of its own', async () => {
    const [before = ''] = await tokensUnder(old).seal([Buffer.from('x')]);
    expect(await tokens.open(before)).toEqual(Buffer.from('x'));
    expect(await tokensUnder(newKey(1)).open(before)).toBeUndefined();
  });

  it('is the same for the same content where its maker wants so, and opens as any other', async () => {
    const key = newKey(1);
    const keys = { versions: async () => [key], current: async () => key };
    const repeated = new SealedTokens(keys, 'a-use', 'same');
    const contents = Array.from({ length: 50 }, () => packedIds([randomUUID()]));
    const made = await repeated.seal(contents);
    expect(await repeated.seal(contents)).toEqual(made);
    const nonces = made.map((token) => Buffer.from(token, 'base64url').toString('hex', 2, 14));
    expect(new Set(nonces).size).toBe(contents.length);
    expect(await Promise.all(made.map((token) => repeated.open(token)))).toEqual(contents);
  });

  it('holds ids in their order', () => {
    const ids = [randomUUID(), randomUUID()];
    const content = packedIds(ids);
    expect([content.length, unpackedId(content, 0), unpackedId(content, 16)]).toEqual([32, ...ids]);
  });
});
