import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayField,
  BoolField,
  DayField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  text,
  TextField,
  UuidField,
} from '#http';
import { erasureGrounds, erasureTechniques, scopes } from '#kernel';
import { MAX_ERASED_VALUES } from '../contract.js';
import {
  CertifiedRetentionDto,
  ErasedValueDto,
  MANY_RECIPIENTS,
  RecipientLineDto,
} from './erasure-answers.dto.js';
import { IdentityCheckDto } from './rights.dto.js';

const MANY = 1000;

/** The same sentence in both languages. */
export class WordingDto {
  @TextField({ max: 1000 })
  fr!: string;

  @TextField({ max: 1000 })
  en!: string;
}

/** Where a fact stands in the ledger. */
export class CertifiedEventDto {
  @UuidField()
  eventId!: string;

  @TextField({ max: 200, example: 'keys-3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d' })
  stream!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER })
  revision!: number;
}

/** A key that was destroyed. */
export class DestroyedKeyDto {
  @TextField({ max: 200, description: 'Id of the key.' })
  kid!: string;

  @TextField({ max: 200, description: 'Its fingerprint.' })
  fp!: string;
}

/** A scope whose keys are gone. */
export class DestroyedScopeDto {
  @EnumField(scopes)
  scope!: string;

  @EnumField(erasureTechniques)
  technique!: string;

  @NestedField(() => DestroyedKeyDto, { array: true, max: MANY })
  keys!: readonly DestroyedKeyDto[];

  @InstantField()
  destroyedAt!: string;

  @TextField({ max: 100, description: 'Who held the key-encryption keys.' })
  kekProvider!: string;

  @NestedField(() => CertifiedEventDto)
  event!: CertifiedEventDto;
}

/** A place from which the person's rows were removed. */
export class PurgedPlaceDto {
  @TextField({ max: 100 })
  purger!: string;

  @EnumField(erasureTechniques)
  technique!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'How many rows.' })
  removed!: number;

  @InstantField()
  at!: string;
}

/** What the key-encryption keys are held by. */
export class KeyHolderDto {
  @TextField({ max: 100 })
  name!: string;

  @TextField({ max: 1000 })
  statement!: string;

  @BoolField({ description: 'Whether an administrator of the machine could copy the key material.' })
  exportable!: boolean;
}

/** What a purge of the event store removed, and where that was proven. */
export class ErasedStreamsDto {
  @EnumField(['stream-scavenge', 'physical-delete'])
  technique!: string;

  @IntField({ min: 1, max: Number.MAX_SAFE_INTEGER, description: 'How many streams.' })
  streams!: number;

  @ArrayField(text({ max: 255 }), {
    description: 'Nodes on which a search found nothing of them.',
    example: ['postgresql'],
  })
  nodes!: readonly string[];

  @InstantField()
  provenAt!: string;

  @UuidField()
  purgeRunId!: string;

  @NestedField(() => CertifiedEventDto)
  event!: CertifiedEventDto;
}

/** The epoch of key-encryption keys under which backups of the key store may hold the destroyed keys. */
export class KeyEpochDto {
  @TextField({ max: 100, example: 'epoch_01JD0000000000000000000001' })
  kekId!: string;

  @DayField({ description: 'When nothing that it wrapped can be opened any more.' })
  deadBy!: string;

  @BoolField({ description: 'Whether it is destroyed already; otherwise the day is when it ends.' })
  isDestroyed!: boolean;
}

/** When the last backup dies that may still hold something. */
export class BackupsDto {
  @EnumField(['beyond-use-backup'])
  technique!: string;

  @DayField({
    optional: true,
    description: 'By the retention that the operator has declared; absent: none was.',
  })
  deadBy?: string;

  @NestedField(() => KeyEpochDto, { optional: true })
  keys?: KeyEpochDto;
}

/** What is kept for a while to tell recipients of the erasure (Art. 19). */
export class NotificationDto {
  @BoolField()
  kept!: boolean;

  @DayField({ optional: true })
  until?: string;
}

/** What the controller declares to have destroyed and kept; every line stands in the ledger. */
export class ErasureCertificateDto {
  @ApiProperty({ enum: ['greffe-erasure-certificate/1'] })
  format!: string;

  @UuidField()
  erasureId!: string;

  @UuidField()
  subjectId!: string;

  @EnumField(['unreadable', 'erased', 'completed'])
  state!: string;

  @NestedField(() => WordingDto)
  wording!: WordingDto;

  @EnumField(erasureGrounds)
  ground!: string;

  @InstantField({ description: 'When the person asked.' })
  requestedAt!: string;

  @InstantField({ optional: true })
  orderedAt?: string;

  @NestedField(() => IdentityCheckDto)
  identityCheck!: IdentityCheckDto;

  @NestedField(() => DestroyedScopeDto, { array: true, max: MANY })
  destroyed!: readonly DestroyedScopeDto[];

  @NestedField(() => ErasedValueDto, {
    array: true,
    max: MAX_ERASED_VALUES,
    optional: true,
    description: 'Single values that went; everything else was sealed again before the keys died.',
  })
  values?: readonly ErasedValueDto[];

  @NestedField(() => RecipientLineDto, {
    array: true,
    max: MANY_RECIPIENTS,
    description: 'Who was told (Art. 19), and what they answered.',
  })
  recipients!: readonly RecipientLineDto[];

  @NestedField(() => CertifiedRetentionDto, { array: true })
  retained!: readonly CertifiedRetentionDto[];

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Refusals kept as suppressions.' })
  suppressionEntries!: number;

  @NestedField(() => PurgedPlaceDto, { array: true, max: MANY })
  purged!: readonly PurgedPlaceDto[];

  @NestedField(() => ErasedStreamsDto, {
    array: true,
    max: MANY,
    description: 'What is physically gone from the event store; empty while nothing is proven.',
  })
  erased!: readonly ErasedStreamsDto[];

  @NestedField(() => BackupsDto, { optional: true, description: 'From the state `erased` on.' })
  backups?: BackupsDto;

  @NestedField(() => NotificationDto, { optional: true })
  notification?: NotificationDto;

  @InstantField({ optional: true })
  completedAt?: string;

  @NestedField(() => KeyHolderDto)
  keyEncryptionKeys!: KeyHolderDto;

  @NestedField(() => WordingDto, { description: 'What nobody can prove.' })
  notProven!: WordingDto;
}
