import { sourceKinds } from '#kernel';
import { BoolField, EnumField, InstantField, NestedField, PageQuery, TextField, UuidField } from '#http';

/** Which people who must still be informed. */
export class InformationDueQueryDto extends PageQuery {
  @InstantField({ optional: true, description: 'Due before; everybody if absent.' })
  before?: string;
}

/** A person who must still be informed by Art. 14. */
export class InformationDueDto {
  @UuidField()
  subjectId!: string;

  @EnumField(sourceKinds, { optional: true, description: 'Where the data came from.' })
  source?: string;

  @InstantField({ description: 'When the data were collected.' })
  collectedAt!: string;

  @InstantField({ optional: true, description: 'First message or call that reached the person.' })
  firstContactAt?: string;

  @InstantField({ description: 'One month from the collection, or the first contact if that was earlier.' })
  dueAt!: string;

  @BoolField({ description: 'The time has passed.' })
  overdue!: boolean;
}

/** A page of the list, the most pressing first. */
export class InformationDuePageDto {
  @NestedField(() => InformationDueDto, { array: true })
  items!: readonly InformationDueDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}
