import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MerkleRoot } from './merkle-root.js';

// Goal: the root that is built leaf by leaf is the Merkle tree hash of RFC 6962 §2.1. Method: the definition itself, by
// recursion, over every length up to a hundred; the published root of the certificate-transparency test tree.

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function byDefinition(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), byDefinition(leaves.slice(0, split)), byDefinition(leaves.slice(split)));
}

function built(leaves: readonly Buffer[]): string {
  const tree = new MerkleRoot();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

describe('a root that is built leaf by leaf', () => {
  it('is that of the definition, for every number of leaves', () => {
    for (let count = 0; count <= 100; count += 1) {
      const leaves = Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${String(index)}`));
      expect(built(leaves)).toBe(byDefinition(leaves).toString('hex'));
    }
  });

  it('is that of the definition, for any leaves', () => {
    const leaf = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 70 }), (leaves) => {
        expect(built(leaves)).toBe(byDefinition(leaves).toString('hex'));
      }),
    );
  });

  it('is the published one of the test tree of Certificate Transparency', () => {
    const leaves = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const bytes = leaves.map((hex) => Buffer.from(hex, 'hex'));
    expect(built(bytes)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
    expect(built([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
