import { channels } from '#kernel';
import { FormVersionDto } from '#consent';
import { requestReasons } from '#consent/contract';
import {
  ArrayField,
  EnumField,
  InstantField,
  NestedField,
  PageQuery,
  TextField,
  uuid,
  UuidField,
} from '#http';
import { JudgedDto } from './consents.dto.js';

const requestStates = ['open', 'answered', 'superseded', 'lapsed', 'moved', 'ended'] as const;

/** A purpose on one channel. */
export class AskedQuestionDto {
  @UuidField()
  purposeId!: string;

  @EnumField(channels)
  channel!: string;
}

/** A request for consent as it was put; no personal value. */
export class AskedRequestDto {
  @UuidField()
  requestId!: string;

  @UuidField()
  controllerId!: string;

  @NestedField(() => AskedQuestionDto, { array: true, description: 'What is asked.' })
  asks!: readonly AskedQuestionDto[];

  @UuidField({ description: 'The address to which the link is sent.' })
  contactPointId!: string;

  @NestedField(() => FormVersionDto, { description: 'Whose words are put.' })
  formVersion!: FormVersionDto;

  @EnumField(requestReasons)
  reason!: string;

  @InstantField()
  requestedAt!: string;

  @InstantField({ description: 'From then on a yes is not taken any more; a no always is.' })
  expiresAt!: string;

  @ArrayField(uuid(), { description: 'Earlier requests in whose place it stands.', example: [] })
  supersedes!: readonly string[];
}

/** A request for consent, and what has become of it. */
export class AskedConsentDto extends AskedRequestDto {
  @EnumField(requestStates, {
    description:
      '`open`: a yes would count; `superseded`: a newer request stands in its place; `moved`: the person has the address no more; `ended`: its form version is in use no more.',
  })
  state!: string;

  @InstantField({ optional: true })
  answeredAt?: string;

  @UuidField({ optional: true, description: 'The request that stands in its place.' })
  supersededBy?: string;
}

/** A page of the requests to one person, newest first. */
export class AskedConsentsDto extends JudgedDto {
  @NestedField(() => AskedConsentDto, { array: true })
  items!: readonly AskedConsentDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}

/** Which open requests. */
export class OpenRequestsQueryDto extends PageQuery {
  @UuidField({ optional: true, description: 'Those that ask for one purpose; every one if absent.' })
  purposeId?: string;

  @EnumField(requestReasons, {
    optional: true,
    description: 'Why the person is asked; every reason if absent.',
  })
  reason?: (typeof requestReasons)[number];

  @InstantField({ optional: true, description: 'Those that lapse before.' })
  before?: string;
}

/** A request to which a yes would still count, and whom it asks. */
export class OpenConsentRequestDto extends AskedRequestDto {
  @UuidField()
  subjectId!: string;
}

/** A page of open requests, those that lapse first first. */
export class OpenConsentRequestsDto {
  @NestedField(() => OpenConsentRequestDto, { array: true })
  items!: readonly OpenConsentRequestDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}
