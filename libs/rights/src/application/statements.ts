import { Injectable } from '@nestjs/common';
import type { EvidenceRef } from '#event-store/contract';
import type { Personal } from '#kernel';
import { PersonalData, type CommandContext } from '#runtime';
import { SubjectErased } from '#subject-keys';

const STATEMENT_STEP = 1;

/** Seals what a person said about their rights, in their own words. */
@Injectable()
export class Statements {
  constructor(private readonly personal: PersonalData) {}

  /** `undefined` where nothing was said, or where an erased person has no key left to seal with. */
  async seal(
    subjectId: string,
    statement: Personal<string> | undefined,
    context: CommandContext,
    isNo = false,
  ): Promise<EvidenceRef | undefined> {
    if (statement === undefined) return undefined;
    const request = {
      subjectId,
      scope: 'evidence',
      about: 'statement',
      fields: { statement },
      context,
      isNo,
    } as const;
    try {
      return await this.personal.seal({ ...request, step: STATEMENT_STEP });
    } catch (error) {
      if (isNo && error instanceof SubjectErased) return undefined;
      throw error;
    }
  }
}
