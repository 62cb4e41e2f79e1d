import { hash } from 'node:crypto';

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

interface Subtree {
  /** Leaves below it: a power of two. */
  readonly leaves: number;
  readonly hash: Buffer;
}

/**
 * The Merkle tree hash of RFC 6962 §2.1 over data that comes one after the other: a leaf is SHA-256(0x00 ‖ data), a node
 * SHA-256(0x01 ‖ left ‖ right), and a list is split at the largest power of two below its length. It holds one hash
 * for each binary digit of the count, however many leaves there are.
 */
export class MerkleRoot {
  /** Whole subtrees from the left, each larger than the next. */
  readonly #subtrees: Subtree[] = [];

  /** Appends one leaf. */
  add(data: Uint8Array): void {
    let added: Subtree = { leaves: 1, hash: digest(LEAF, data) };
    for (let last = this.#subtrees.at(-1); last?.leaves === added.leaves; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      added = { leaves: 2 * added.leaves, hash: digest(NODE, last.hash, added.hash) };
    }
    this.#subtrees.push(added);
  }

  /** The root over what was added so far, in lower-case hexadecimal; of nothing: the SHA-256 of the empty string. */
  root(): string {
    const [last, ...others] = [...this.#subtrees].reverse();
    if (last === undefined) return digest().toString('hex');
    return others.reduce((right, { hash }) => digest(NODE, hash, right), last.hash).toString('hex');
  }
}

/** In one call: an object for each hash costs several times what the hash does. */
function digest(...parts: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
