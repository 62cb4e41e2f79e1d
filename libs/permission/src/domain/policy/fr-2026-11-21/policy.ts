import type { Policy } from '../policy.js';
import { callRules, obligations, retention } from './calls-and-messages.js';
import { FIRST_DAY } from './dates.js';
import { messageRules } from './message-rules.js';
import { otherChannelRules } from './other-channel-rules.js';
import { phoneRules } from './phone-rules.js';
import { requirements } from './requirements.js';
import { switches, unverified } from './unstable-law.js';

/** French law on prospecting as it was read on 21 November 2026. Published: it never changes. */
export const fr20261121: Policy = {
  version: 'fr-2026-11-21',
  country: 'FR',
  lawAsOf: '2026-11-21',
  from: FIRST_DAY,
  rules: [...messageRules, ...phoneRules, ...otherChannelRules],
  requirements,
  callRules,
  obligations,
  retention,
  switches,
  unverified,
  fallback: {
    ruleId: 'DEF-0',
    result: 'opt-in',
    meaning: {
      fr: 'Là où aucune règle ne s’applique, le registre exige un consentement préalable.',
      en: 'Where no rule applies, the ledger asks for prior consent.',
    },
  },
};
