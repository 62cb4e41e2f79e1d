import { Injectable } from '@nestjs/common';
import type { Uuid } from '#kernel';
import { LedgerReader } from '#runtime';
import { controllerStream, noticeStream, purposeStream } from '../contract.js';
import { controllerDecider } from '../domain/controller.decider.js';
import { offeredPurpose, type OfferedPurpose } from '../domain/form-rules.js';
import { noticeDecider, type PublishedNotice } from '../domain/notice.decider.js';
import { purposeDecider } from '../domain/purpose.decider.js';

/** What the deciders of the register need to know of each other's streams, read at the store itself. */
@Injectable()
export class RegisterFacts {
  constructor(private readonly reader: LedgerReader) {}

  /** Those of the ids that name a declared data controller. */
  async knownControllers(ids: readonly Uuid[]): Promise<Uuid[]> {
    const known = await Promise.all(
      ids.map(async (id) => {
        const { state } = await this.reader.fold(controllerDecider, controllerStream(id));
        return state.length > 0 ? [id] : [];
      }),
    );
    return known.flat();
  }

  /** Those of the ids that name a purpose that was ever declared. */
  async knownPurposes(ids: readonly Uuid[]): Promise<Uuid[]> {
    const known = await Promise.all(
      ids.map(async (id) => {
        const { revision } = await this.reader.fold(purposeDecider, purposeStream(id));
        return revision === undefined ? [] : [id];
      }),
    );
    return known.flat();
  }

  /** Those of the ids that name a purpose that was ever declared, as it stands. */
  async purposes(ids: readonly Uuid[]): Promise<OfferedPurpose[]> {
    const found = await Promise.all(
      [...new Set(ids)].map(async (id) => {
        const { state } = await this.reader.fold(purposeDecider, purposeStream(id));
        return offeredPurpose(state) ?? [];
      }),
    );
    return found.flat();
  }

  /** The texts of a published notice version; `undefined` if it was never published. */
  async noticeTexts(noticeId: Uuid, version: number): Promise<PublishedNotice['texts'] | undefined> {
    const { state } = await this.reader.fold(noticeDecider, noticeStream(noticeId));
    return state.get(version)?.texts;
  }
}
