import { Controller, Inject } from '@nestjs/common';
import { LedgerGet, Problem } from '#http';
import { READ_SIDE, type ReadSide } from '#runtime';
import { MINIMUM_CELL, STEP } from '../sql/disclosure.js';
import { StandingConsentsReportDto } from './reports.dto.js';

interface CellRow {
  readonly purpose_id: string;
  readonly purpose_code: string | null;
  readonly purpose_name: string | null;
  readonly channel: string;
  readonly proof_grade: string;
  readonly subjects: string | null;
}

const STANDING_CONSENTS = `SELECT purpose_id, purpose_code, purpose_name, channel, proof_grade, subjects
  FROM reporting.standing_consents_v1`;
const HOLDS_UNTIL = `SELECT holds_until FROM reporting.freshness_v1 WHERE read_model = 'contact-state'`;

/** SQLSTATE of a view or schema that is not there. */
const ABSENT = ['42P01', '3F000'];

/** The views of analysts for those who have no SQL at hand. */
@Controller('v1/reports')
export class ReportsController {
  constructor(@Inject(READ_SIDE) private readonly readSide: ReadSide) {}

  @LedgerGet('standing-consents', {
    scope: 'reports:read',
    summary: 'Standing consents by purpose, channel and grade of proof; small cells suppressed',
    answer: StandingConsentsReportDto,
  })
  async standingConsents(): Promise<StandingConsentsReportDto> {
    const [cells, fresh] = await Promise.all([
      this.read<CellRow>(STANDING_CONSENTS),
      this.read<{ holds_until: Date }>(HOLDS_UNTIL),
    ]);
    return {
      items: cells.map((row) => ({
        purposeId: row.purpose_id,
        ...(row.purpose_code === null ? {} : { purposeCode: row.purpose_code }),
        ...(row.purpose_name === null ? {} : { purposeName: row.purpose_name }),
        channel: row.channel,
        proofGrade: row.proof_grade,
        suppressed: row.subjects === null,
        ...(row.subjects === null ? {} : { subjects: Number(row.subjects) }),
      })),
      minimumCell: MINIMUM_CELL,
      roundedTo: STEP,
      ...(fresh[0] === undefined ? {} : { holdsUntil: fresh[0].holds_until.toISOString() }),
    };
  }

  /** Throws `not-yet-consistent` while the views are not there yet. */
  private async read<R extends object>(text: string): Promise<R[]> {
    try {
      return (await this.readSide.query<R>({ text })).rows;
    } catch (error) {
      const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
      if (!ABSENT.includes(String(code))) throw error;
      throw new Problem('not-yet-consistent', { note: 'The views are being made.' }, { cause: error });
    }
  }
}
