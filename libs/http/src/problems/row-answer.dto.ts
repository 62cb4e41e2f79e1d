import { BoolField, IntField, NestedField, TextField, UuidField } from '../validation/fields.js';
import { RowProblemDto } from './row-problem.js';

/** Rows of one request of facts about many people. */
export const MAX_BATCH_ROWS = 500;

/** What became of one row of a batch; what its record tells is told beside it. */
export class RowAnswerDto {
  @UuidField()
  subjectId!: string;

  @BoolField({ description: 'Whether it is in the ledger.' })
  recorded!: boolean;

  @TextField({ max: 200, optional: true, description: 'Of new events: reads take it as `minToken`.' })
  token?: string;

  @NestedField(() => RowProblemDto, { optional: true, description: 'Why the row was declined.' })
  problem?: RowProblemDto;
}

/** How many rows of a batch of facts were recorded, and how many were not. */
export class FactsRecordedDto {
  @IntField({ min: 0, max: MAX_BATCH_ROWS, description: 'Rows that are in the ledger.' })
  appended!: number;

  @IntField({
    min: 0,
    max: MAX_BATCH_ROWS,
    description: 'Rows that were declined; sent again they may be accepted.',
  })
  declined!: number;
}
