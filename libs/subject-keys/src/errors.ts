import type { Uuid } from '#kernel';

/** The key store, or the holder of its key-encryption keys, does not answer in time. Nothing was served; try again. */
export class KeyStoreUnavailable extends Error {
  override readonly name = 'KeyStoreUnavailable';
  constructor(cause?: unknown) {
    super('The key store does not answer', { cause });
  }
}

/** The ledger's erasures have not been replayed yet since the start, so nothing personal is served. Try again. */
export class KeysNotReconciled extends Error {
  override readonly name = 'KeysNotReconciled';
  constructor() {
    super('The key store has not yet replayed the erasures of the ledger');
  }
}

/** The person's scope is erased: it can neither be sealed nor provisioned any more (GDPR Art. 17). */
export class SubjectErased extends Error {
  override readonly name = 'SubjectErased';
  constructor(
    readonly subjectId: Uuid | undefined,
    readonly scope: string | undefined,
  ) {
    super('The keys of this data subject and scope were destroyed');
  }
}

/** No key of this id, or no active key of this person and scope. A declared key that is missing is an alarm. */
export class KeyUnknown extends Error {
  override readonly name = 'KeyUnknown';
  constructor(readonly key: string) {
    super(`The key store has no key "${key}"`);
  }
}

/** The key exists and may not seal: it is not declared yet (`pending`) or rotated out (`retired`). */
export class KeyNotActive extends Error {
  override readonly name = 'KeyNotActive';
  constructor(
    readonly kid: string,
    readonly state: string,
  ) {
    super(`The key ${kid} is ${state}`);
  }
}

/** An envelope was to be sealed for another stream than the one that its key belongs to. A bug of the caller. */
export class WrongPersonalStream extends Error {
  override readonly name = 'WrongPersonalStream';
  constructor(readonly kid: string) {
    super(`The key ${kid} belongs to another stream`);
  }
}

/** A destroyed key, or one that is not what its fingerprint says, was found alive. It is refused, and an alarm. */
export class KeyResurrectionDetected extends Error {
  override readonly name = 'KeyResurrectionDetected';
  constructor(readonly kid: string) {
    super(`The key ${kid} was destroyed or replaced, and is refused`);
  }
}

/** The wrapped bytes of a key do not open under its key-encryption key: altered, swapped, or that key is gone. */
export class KeyDamaged extends Error {
  override readonly name = 'KeyDamaged';
  constructor(
    readonly kid: string,
    readonly fault: 'key-damaged' | 'key-lost',
  ) {
    super(`The key ${kid} cannot be unwrapped: ${fault}`);
  }
}
