import { ArrayField, EnumField, InstantField, oneOf } from '#http';
import { consentDefects, revocationReasons } from '../contract.js';

/** Why a consent is ended by another than the person. */
export class RevokeConsentDto {
  @EnumField(revocationReasons, { example: 'collector-ended' })
  reason!: (typeof revocationReasons)[number];

  @InstantField({
    optional: true,
    description: 'Since when it permits nothing; default: now. A later instant counts from now.',
  })
  occurredAt?: string;
}

/** Why a consent never was a valid one. */
export class InvalidateConsentDto {
  @ArrayField(oneOf(consentDefects), {
    min: 1,
    max: consentDefects.length,
    unique: true,
    description: 'Conditions of validity that it never met (Art. 4(11), 7, 8, 9(2)(a)).',
    example: ['not-informed'],
  })
  defects!: (typeof consentDefects)[number][];

  @InstantField({ optional: true, description: 'When it was found out; default: now.' })
  occurredAt?: string;
}
