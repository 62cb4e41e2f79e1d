import type { PolicyRule } from '../policy.js';

/** First day of the policy: the GDPR applies. Rules whose beginning is older or not known count from here. */
export const FIRST_DAY = '2018-05-25';

/** Calling consumers needs their consent (loi 2025-594 art. 13, décret 2026-662), and the last day before. */
export const PHONE_OPT_IN = '2026-08-11';
export const BEFORE_PHONE_OPT_IN = '2026-08-10';

/** What most rules have in common: since the first day, for all, with nothing beside. */
export const generic = {
  audiences: ['consumer'],
  relations: 'any',
  sectors: 'any',
  conditions: [],
  exceptionTo: [],
  switches: [],
  from: FIRST_DAY,
  to: null,
} as const satisfies Partial<PolicyRule>;
