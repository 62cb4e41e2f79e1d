import { channels } from '#kernel';
import {
  ArrayField,
  EnumField,
  InstantField,
  NestedField,
  PageQuery,
  slug,
  TextField,
  UuidField,
} from '#http';

const weakGrades = ['adequate', 'weak', 'undemonstrable'] as const;
const renewalReasons = ['ending', 'notice-changed'] as const;

/** Which consents that can be demonstrated badly. */
export class WeakConsentsQueryDto extends PageQuery {
  @EnumField(weakGrades, { optional: true, description: 'One grade; weak and undemonstrable if absent.' })
  grade?: (typeof weakGrades)[number];

  @UuidField({ optional: true, description: 'One purpose; every one if absent.' })
  purposeId?: string;
}

/** Which consents are to be renewed. */
export class ConsentsToRenewQueryDto extends PageQuery {
  @EnumField(renewalReasons, {
    fallback: 'ending',
    description: 'Their stated end comes, or their notice changes considerably.',
  })
  reason!: (typeof renewalReasons)[number];

  @InstantField({
    optional: true,
    description: 'Due before; absent: ending within 30 days, and every change that is published.',
  })
  before?: string;

  @UuidField({ optional: true, description: 'One purpose; every one if absent.' })
  purposeId?: string;
}

/** A consent that stands and can be demonstrated badly. */
export class WeakConsentDto {
  @UuidField()
  subjectId!: string;

  @UuidField()
  consentId!: string;

  @UuidField()
  purposeId!: string;

  @EnumField(channels)
  channel!: string;

  @UuidField()
  controllerId!: string;

  @InstantField()
  givenAt!: string;

  @InstantField({ optional: true })
  validUntil?: string;

  @EnumField(['strong', 'adequate', 'weak', 'undemonstrable'])
  proofGrade!: string;

  @ArrayField(slug(), { description: 'What the proof lacks.', example: ['technical-trace'] })
  missing!: readonly string[];
}

/** A consent that stands and is to be renewed. */
export class ConsentToRenewDto extends WeakConsentDto {
  @InstantField({
    description: 'Its stated end, or when the new notice takes effect: it permits nothing from then on.',
  })
  dueAt!: string;
}

/** A page of the list. */
export class WeakConsentsDto {
  @NestedField(() => WeakConsentDto, { array: true })
  items!: readonly WeakConsentDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}

/** A page of the list, the most pressing first. */
export class ConsentsToRenewDto {
  @NestedField(() => ConsentToRenewDto, { array: true })
  items!: readonly ConsentToRenewDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}
