import { DayField, SlugField } from '#http';

/** Which day is asked about, and by which version of the policy. */
export class PolicyQuery {
  @DayField({ optional: true, description: 'Europe/Paris day; default: today.', example: '2026-08-11' })
  at?: string;

  @SlugField({
    optional: true,
    description: 'Version of the policy; default: the one this ledger answers by.',
    example: 'fr-2026-11-21',
  })
  version?: string;
}
