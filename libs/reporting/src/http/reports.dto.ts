import { channels } from '#kernel';
import {
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  SlugField,
  TextField,
  UuidField,
} from '#http';

/** People whose consent stands, in one cell of purpose, channel and grade. */
export class StandingConsentsDto {
  @UuidField()
  purposeId!: string;

  @SlugField({ optional: true })
  purposeCode?: string;

  @TextField({ max: 200, optional: true })
  purposeName?: string;

  @EnumField(channels)
  channel!: string;

  @EnumField(['strong', 'adequate', 'weak', 'undemonstrable'])
  proofGrade!: string;

  @BoolField({ description: 'The cell holds fewer than `minimumCell` people, perhaps none.' })
  suppressed!: boolean;

  @IntField({
    min: 5,
    max: Number.MAX_SAFE_INTEGER,
    optional: true,
    description: 'People, rounded down to a multiple of `roundedTo`; absent where the cell is suppressed.',
  })
  subjects?: number;
}

/** Standing consents by purpose, channel and grade of proof. */
export class StandingConsentsReportDto {
  @NestedField(() => StandingConsentsDto, { array: true })
  items!: readonly StandingConsentsDto[];

  @IntField({ min: 1, max: 100, description: 'Smaller cells are suppressed.', example: 5 })
  minimumCell!: number;

  @IntField({ min: 1, max: 100, description: 'Counts are rounded down to a multiple of this.', example: 5 })
  roundedTo!: number;

  @InstantField({ optional: true, description: 'Minute up to which the report holds the ledger.' })
  holdsUntil?: string;
}
