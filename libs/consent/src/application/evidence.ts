import { Injectable } from '@nestjs/common';
import type { EvidenceRef } from '#event-store/contract';
import type { Personal } from '#kernel';
import { PersonalData, type CommandContext } from '#runtime';

/** The personal context of an act, as a client hands it over. */
export interface EvidenceInput {
  readonly ip?: Personal<string>;
  readonly userAgent?: Personal<string>;
  readonly statement?: Personal<string>;
  /** Recording or scan that lies in another system: its locator and SHA-256 are sealed. */
  readonly locator?: Personal<string>;
  readonly sha256?: string;
}

/** Personal events of an act come after its facts in number and before them in time. */
export const EVIDENCE_STEP = 1;
const UNKNOWN_PURPOSE_STEP = 2;

/** Seals what belongs to an act but must be erasable apart from it. */
@Injectable()
export class ConsentEvidence {
  constructor(private readonly personal: PersonalData) {}

  /** References to the sealed context; empty where there is none. */
  async seal(
    subjectId: string,
    input: EvidenceInput | undefined,
    context: CommandContext,
    isNo = false,
  ): Promise<readonly EvidenceRef[]> {
    const fields = Object.fromEntries(Object.entries(input ?? {}).filter(([, value]) => value !== undefined));
    if (Object.keys(fields).length === 0) return [];
    const kind = input?.locator === undefined ? 'sealed' : 'external';
    const request = {
      subjectId,
      scope: 'evidence',
      about: 'act-context',
      fields,
      context,
      kind,
      isNo,
    } as const;
    return [await this.personal.seal({ ...request, step: EVIDENCE_STEP })];
  }

  /** Seals the wording of a purpose that the ledger does not know. */
  async sealUnknownPurpose(
    subjectId: string,
    wording: Personal<string>,
    context: CommandContext,
  ): Promise<EvidenceRef> {
    return this.personal.seal({
      subjectId,
      scope: 'evidence',
      about: 'unknown-purpose',
      fields: { purpose: wording },
      context,
      step: UNKNOWN_PURPOSE_STEP,
      isNo: true,
    });
  }
}
