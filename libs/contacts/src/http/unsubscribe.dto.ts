import { channels, type Channel } from '#kernel';
import { EnumField, Field, NestedField, orCode, TextField, uuid, UuidField } from '#http';

/** What one link ends. */
export class LinkTargetDto {
  @UuidField({ description: 'Whom the message goes to.' })
  subjectId!: string;

  @Field(orCode(uuid(), ['all']), { description: 'A purpose, or `all`.' })
  purposeId!: string;

  @EnumField([...channels, 'all'], { fallback: 'all' })
  channel!: Channel | 'all';

  @UuidField({ optional: true, description: 'One data controller only; absent: every one.' })
  controllerId?: string;
}

/** Links to be put into messages. */
export class MintLinksDto {
  @NestedField(() => LinkTargetDto, { array: true, min: 1, max: 500 })
  links!: LinkTargetDto[];
}

/** A link, and the two header fields of a message that carries it (RFC 2369, RFC 8058). */
export class UnsubscribeLinkDto {
  @TextField({ max: 2000, example: 'https://greffe.example/u/AQEr…' })
  url!: string;

  @TextField({ max: 2000, example: '<https://greffe.example/u/AQEr…>' })
  listUnsubscribe!: string;

  @EnumField(['List-Unsubscribe=One-Click'])
  listUnsubscribePost!: 'List-Unsubscribe=One-Click';
}

/** The links, in the order in which they were asked for. */
export class MintedLinksDto {
  @NestedField(() => UnsubscribeLinkDto, { array: true })
  links!: UnsubscribeLinkDto[];
}
