import { Inject, Injectable } from '@nestjs/common';
import type { Instant } from '#kernel';
import { READ_SIDE, type ReadSide } from '#runtime';
import { onReadModel } from './available.js';

/** Which people who must still be informed. */
export interface DutiesWanted {
  /** Due before. */
  readonly before?: Instant;
  readonly limit: number;
  /** Last person of the page before. */
  readonly after?: { readonly dueAt: Instant; readonly subjectId: string };
}

/** A person who must still be informed by Art. 14. */
export interface InformationDuty {
  readonly subjectId: string;
  readonly sourceKind: string | null;
  readonly collectedAt: Instant;
  readonly firstContactAt: Instant | null;
  readonly dueAt: Instant;
}

interface DutyRecord {
  readonly subject_id: string;
  readonly source_kind: string | null;
  readonly collected_at: Date;
  readonly first_contact_at: Date | null;
  readonly due_at: Date;
}

const PAGE = `SELECT subject_id, source_kind, collected_at, first_contact_at, due_at
  FROM rm_information.duty
  WHERE is_open AND ($1::timestamptz IS NULL OR due_at < $1)
    AND ($2::timestamptz IS NULL OR (due_at, subject_id) > ($2, $3::uuid))
  ORDER BY due_at, subject_id LIMIT $4`;

/** Lists whom the organisation still owes information, the most pressing first. */
@Injectable()
export class InformationDuties {
  constructor(@Inject(READ_SIDE) private readonly readSide: ReadSide) {}

  /** People of a page, and whether more follow. */
  async page({ before, limit, after }: DutiesWanted): Promise<{
    readonly duties: readonly InformationDuty[];
    readonly hasMore: boolean;
  }> {
    const values = [before ?? null, after?.dueAt ?? null, after?.subjectId ?? null, limit + 1];
    const statement = { name: 'information-duties', text: PAGE, values };
    const { rows } = await onReadModel(() => this.readSide.query<DutyRecord>(statement));
    return { duties: rows.slice(0, limit).map(dutyOf), hasMore: rows.length > limit };
  }
}

function dutyOf(row: DutyRecord): InformationDuty {
  return {
    subjectId: row.subject_id,
    sourceKind: row.source_kind,
    collectedAt: row.collected_at.toISOString(),
    firstContactAt: row.first_contact_at?.toISOString() ?? null,
    dueAt: row.due_at.toISOString(),
  };
}
