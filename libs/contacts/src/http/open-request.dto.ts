import { requestReasons } from '#consent/contract';
import { EnumField, InstantField, UuidField } from '#http';

/** A request for consent that the person may still answer. */
export class OpenRequestDto {
  @UuidField()
  requestId!: string;

  @EnumField(requestReasons)
  reason!: string;

  @InstantField()
  since!: string;

  @InstantField()
  expiresAt!: string;
}
