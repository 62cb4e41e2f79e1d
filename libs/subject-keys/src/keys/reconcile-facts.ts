import type { Uuid } from '#kernel';

/** A key as the ledger names it. `fp` is base64url. */
export interface LedgerKey {
  readonly kid: string;
  readonly generation: number;
  readonly fp: string;
  readonly stream: string;
}

/** An erasure past its point of no return: one scope of a `KeyDestructionStarted`. */
export interface LedgerErasure {
  readonly subjectId: Uuid;
  readonly scope: string;
  /** `all`: the scope is closed for ever. A number: only generations up to it die. */
  readonly throughGeneration: number | 'all';
  readonly erasureId: Uuid;
  /** The keys that it names; their fingerprints are fenced even if their rows are lost. */
  readonly keys?: readonly LedgerKey[];
}

/** A `SubjectKeyCreated`. */
export interface LedgerDeclaration extends LedgerKey {
  readonly subjectId: Uuid;
  readonly scope: string;
  readonly alg: string;
}

/** A key that a reconciliation found in the wrong state. */
export interface ReconciledKey {
  readonly kid: string;
  readonly subjectId: Uuid;
  readonly scope: string;
  readonly generation: number;
}

/** What a reconciliation found. Everything but `erasures` should be zero or empty unless a backup was restored. */
export interface ReconcileReport {
  /** Erasures of the ledger that were looked at. */
  readonly erasures: number;
  /** Keys that were alive although the ledger had ordered their end: destroyed now. */
  readonly reshredded: readonly ReconciledKey[];
  /** Contact claims of closed scopes: deleted now. */
  readonly claimsReleased: number;
  /** Entries of the archive index that lead to closed scopes: deleted now. */
  readonly archiveReleased: number;
  /** Keys that are gone although no erasure of the ledger ordered it. */
  readonly destroyedWithoutOrder: readonly ReconciledKey[];
  /** Declared keys of living people that the key store does not have: it is older than the ledger. */
  readonly missing: readonly ReconciledKey[];
}

/** Splits a stream of facts into arrays of at most `size`. */
export async function* inBatches<T>(facts: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const fact of facts) {
    batch.push(fact);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Which generations the ledger has ordered to die, by person and scope: one number per erased scope. */
export class OrderedEnds {
  private readonly through = new Map<string, { generation: number; erasureId: Uuid }>();

  /** Hears one more erasure. */
  add({ subjectId, scope, throughGeneration, erasureId }: LedgerErasure): void {
    const generation = throughGeneration === 'all' ? Infinity : throughGeneration;
    const known = this.through.get(`${subjectId}/${scope}`);
    if (known === undefined || known.generation < generation) {
      this.through.set(`${subjectId}/${scope}`, { generation, erasureId });
    }
  }

  /** The erasure that ordered the end of this key, or `undefined` if it should live. */
  erasureOf({ subjectId, scope, generation }: Omit<ReconciledKey, 'kid'>): Uuid | undefined {
    const end = this.through.get(`${subjectId}/${scope}`);
    return end !== undefined && generation <= end.generation ? end.erasureId : undefined;
  }
}
