import { Inject, Injectable } from '@nestjs/common';
import type { ErasureTechnique, Scope } from '#kernel';
import { CommandLog, KEY_STORE } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { ValueClaims } from './value-claims.js';

/** Removes what one place holds of an erased person; doing it twice is no error. */
export interface Purger {
  /** Stands in `PurgeAcknowledged` and on the certificate. */
  readonly name: string;
  readonly technique: ErasureTechnique;
  /** Answers how many things it removed; none where an interrupted run had removed them before. */
  purge(subjectId: string, scopes: readonly Scope[]): Promise<number>;
  /** The same where only the values of these contact points end. */
  purgeValues(subjectId: string, contactPointIds: readonly string[]): Promise<number>;
}

/**
 * The fixed list of purgers: an erasure is not done before each of them has acknowledged. Read models hold no personal
 * value, so nothing of theirs has to go.
 */
@Injectable()
export class Purgers {
  readonly all: readonly Purger[];

  constructor(@Inject(KEY_STORE) keyStore: KeyStore, commandLog: CommandLog, valueClaims: ValueClaims) {
    this.all = [
      {
        name: 'contact-claims',
        technique: 'physical-delete',
        purge: (subjectId, scopes) => keyStore.claims.releaseSubject(subjectId, scopes),
        purgeValues: (subjectId, contactPointIds) => valueClaims.release(subjectId, contactPointIds),
      },
      {
        name: 'command-log',
        technique: 'physical-delete',
        purge: (subjectId) => commandLog.blankSubject(subjectId),
        purgeValues: (subjectId) => commandLog.blankSubject(subjectId),
      },
      {
        name: 'archive-index',
        technique: 'physical-delete',
        purge: (subjectId, scopes) => keyStore.archive.releaseScopes(subjectId, scopes),
        // Whose single values can be erased is not in the archive: it begins where the identity ends.
        purgeValues: () => Promise.resolve(0),
      },
    ];
  }
}
