import { Inject, Injectable } from '@nestjs/common';
import { allocatedId, Rejection, type ContactPointKind, type Personal } from '#kernel';
import { KEY_STORE, PersonalData, StreamWriter, type CommandContext } from '#runtime';
import { contactValueOf, type ArchivedSubject, type KeyStore } from '#subject-keys';
import { accessStream, type AccessEvent, type LookReason, type RevealableField } from '../contract.js';
import { SubjectFacts } from './subject-facts.js';

/** What is looked for. */
export interface LookUpItem {
  readonly kind: ContactPointKind;
  readonly value: Personal<string>;
  readonly system?: string;
}

/** Personal values of one person, by contact point. */
export interface RevealedContact {
  readonly contactPointId: string;
  readonly kind: ContactPointKind;
  readonly system: string | undefined;
  readonly value: Personal<string>;
}

/** Subjects named in one event, so that its entry stays within its size. */
const SUBJECTS_PER_EVENT = 200;

/** Looks at people. The look is in the ledger before the answer leaves; if it cannot be, there is no answer. */
@Injectable()
export class LookUps {
  constructor(
    private readonly writer: StreamWriter,
    private readonly personal: PersonalData,
    private readonly facts: SubjectFacts,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /**
   * For each item the people who can be found by it; a value that cannot be one finds nobody.
   * Throws `Unavailable` or `KeyStoreUnavailable`: then nothing was answered.
   */
  async lookUp(
    items: readonly LookUpItem[],
    context: CommandContext,
  ): Promise<readonly (readonly string[])[]> {
    const values = items.map(contactValueOf);
    const found = await this.keyStore.claims.findLive(values.filter((value) => value !== undefined));
    const bySource = values.map((value) => (value === undefined ? [] : (found.shift() ?? [])));
    await this.recordLookUp(items, [...new Set(bySource.flat())], context);
    return bySource;
  }

  /**
   * Everybody of whom an erasure retained proof and who once had this value, with the day on which the last of it goes;
   * a value that cannot be one finds nobody. Throws `Unavailable` or `KeyStoreUnavailable`: then nothing was answered.
   */
  async lookUpArchive(
    item: LookUpItem,
    reason: LookReason,
    context: CommandContext,
  ): Promise<readonly ArchivedSubject[]> {
    const value = contactValueOf(item);
    const found = value === undefined ? [] : await this.keyStore.archive.find(value);
    const subjectIds = found.map(({ subjectId }) => subjectId);
    await this.recordLookUp([item], subjectIds, context, { archive: true, reason });
    return found;
  }

  /**
   * Personal values of a person, for a stated reason. Rejects: `subject-erased`, `subject-unknown`,
   * `subject-restricted` (role without `mayRevealRestricted`, Art. 18(2)).
   */
  async reveal(
    subjectId: string,
    look: {
      readonly fields: readonly RevealableField[];
      readonly reason: LookReason;
      readonly requestId?: string;
    },
    mayRevealRestricted: boolean,
    context: CommandContext,
  ): Promise<readonly RevealedContact[]> {
    const { isRegistered, protection, contactPoints } = await this.facts.of(subjectId);
    if (protection.isErased) throw new Rejection('subject-erased');
    if (!isRegistered) throw new Rejection('subject-unknown');
    if (protection.isRestricted && !mayRevealRestricted) {
      throw new Rejection('subject-restricted', 'Art. 18(2): storage only.');
    }
    const accessId = allocatedId(context.commandId, 'access');
    const fields = [...new Set(look.fields)];
    const { reason, requestId } = look;
    const data = { accessId, subjectId, fields, reason, ...(requestId === undefined ? {} : { requestId }) };
    await this.record(accessId, [subjectId], [{ type: 'PersonalDataRevealed', data }], context);
    const shown = contactPoints.filter(({ kind }) => fields.includes(kind));
    const values = await this.personal.values(shown.map(({ value }) => ({ subjectId, ref: value })));
    return shown.flatMap(({ contactPointId, kind, system }, index) => {
      const value = values[index];
      return value === undefined ? [] : [{ contactPointId, kind, system, value }];
    });
  }

  private async recordLookUp(
    items: readonly LookUpItem[],
    subjectIds: readonly string[],
    context: CommandContext,
    more: { readonly archive?: true; readonly reason?: LookReason } = {},
  ) {
    const kinds = [...new Set(items.map(({ kind }) => kind))];
    const of = Math.max(1, Math.ceil(subjectIds.length / SUBJECTS_PER_EVENT));
    for (let number = 1; number <= of; number += 1) {
      const part = subjectIds.slice((number - 1) * SUBJECTS_PER_EVENT, number * SUBJECTS_PER_EVENT);
      const accessId = allocatedId(context.commandId, `access-${String(number)}`);
      const data = { accessId, kinds, items: items.length, subjectIds: part, part: { number, of }, ...more };
      await this.record(accessId, part, [{ type: 'SubjectsLookedUp', data }], context);
    }
  }

  /** One stream per look: looking never waits for another look. */
  private async record(
    accessId: string,
    subjects: readonly string[],
    events: readonly AccessEvent[],
    context: CommandContext,
  ): Promise<void> {
    await this.writer.record(
      { stream: accessStream(accessId), context, number: 0, subjects, isNo: false, isUnconditional: true },
      () => events,
    );
  }
}
