import {
  DayField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  SlugField,
  TextField,
  UuidField,
} from '#http';
import { contactPointKinds } from '#kernel';
import { MAX_ERASED_VALUES, recipientFailures, recipientOutcomes } from '../contract.js';

/** Packages handed over in one answer, at most. */
export const MAX_PACKAGES = 100;

/** How many packages are asked for. */
export class AskPackagesDto {
  @IntField({ min: 1, max: MAX_PACKAGES, fallback: 20, example: 20 })
  limit!: number;
}

/** An address, number or id of the person, in clear. */
export class FindByDto {
  @EnumField(contactPointKinds)
  kind!: string;

  @SlugField({ optional: true, description: 'System of an external id.' })
  system?: string;

  @TextField({ max: 500, example: 'camille.martin@courrier.example' })
  value!: string;
}

/** What a recipient needs to erase one person (Art. 19). */
export class RecipientPackageDto {
  @UuidField()
  subjectId!: string;

  @UuidField()
  erasureId!: string;

  @DayField({ description: 'Day by which it must answer; then the package is gone.' })
  dueBy!: string;

  @NestedField(() => FindByDto, {
    array: true,
    description: 'By what it finds the person; empty if the ledger knows nothing.',
  })
  findBy!: readonly FindByDto[];

  @NestedField(() => FindByDto, {
    array: true,
    optional: true,
    max: MAX_ERASED_VALUES,
    description: 'Only these values are to be erased, nothing else; absent: everything about the person.',
  })
  values?: readonly FindByDto[];

  @NestedField(() => FindByDto, { optional: true, description: 'Where the person can be answered.' })
  replyAddress?: FindByDto;
}

/** What a recipient must still be told. */
export class RecipientPackagesDto {
  @NestedField(() => RecipientPackageDto, { array: true, max: MAX_PACKAGES })
  items!: readonly RecipientPackageDto[];
}

/** What a recipient did. */
export class AcknowledgePackageDto {
  @UuidField()
  subjectId!: string;

  @EnumField(recipientOutcomes, { example: 'erased' })
  outcome!: (typeof recipientOutcomes)[number];

  @InstantField({ optional: true, notFuture: true })
  acknowledgedAt?: string;
}

const failures = recipientFailures.filter((reason) => reason !== 'no-answer-in-time');

/** Why a recipient could not be told; that it is late the ledger says itself. */
export class FailPackageDto {
  @UuidField()
  subjectId!: string;

  @EnumField(failures, { example: 'unreachable' })
  reason!: (typeof failures)[number];

  @InstantField({ optional: true, notFuture: true })
  failedAt?: string;
}
