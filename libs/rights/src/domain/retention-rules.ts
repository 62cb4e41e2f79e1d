import { addYears, isTelephone, parisDay, type Channel, type Day, type Instant, type Scope } from '#kernel';
import type { ErasureOrdered } from './rights.commands.js';

/** What an erasure keeps, why and until when (Art. 17(3)). */
export type Retained = ErasureOrdered['retained'][number];

/**
 * A dated retention rule: data, not code. `certainty` is how the rule was read: `primary` text quoted, `secondary`
 * source, or `default` of this product where the law names no figure; each can be changed with its dates.
 */
export interface RetentionRule {
  readonly ruleId: string;
  readonly validFrom: Day;
  readonly validTo?: Day;
  readonly scope: Scope;
  readonly appliesTo: 'telephone-consent' | 'other-consent' | 'standing-no';
  readonly clock: 'collection' | 'erasure';
  readonly years: number;
  readonly ground: Retained['ground'];
  readonly source: string;
  readonly certainty: 'primary' | 'secondary' | 'default';
}

/** Names the set of rules below; an erasure states it. */
export const RETENTION_RULES_VERSION = '2026-11';

export const retentionRules: readonly RetentionRule[] = [
  {
    ruleId: 'RET-PHONE-PROOF',
    validFrom: '2026-08-11',
    scope: 'evidence',
    appliesTo: 'telephone-consent',
    clock: 'collection',
    years: 3,
    ground: 'legal-obligation',
    source: 'C. conso. R.223-2',
    certainty: 'primary',
  },
  {
    ruleId: 'RET-CONSENT-PROOF',
    validFrom: '2018-05-25',
    scope: 'evidence',
    appliesTo: 'other-consent',
    clock: 'erasure',
    years: 5,
    ground: 'legal-claims',
    source: 'GDPR Art. 7(1), 17(3)(e); EDPB 05/2020 §107; limitation period C. civ. 2224',
    certainty: 'default',
  },
  {
    ruleId: 'RET-SUPPRESSION',
    validFrom: '2018-05-25',
    scope: 'suppression',
    appliesTo: 'standing-no',
    clock: 'erasure',
    years: 3,
    ground: 'objection-list',
    source: 'GDPR Art. 21(3); CNIL, liste repoussoir',
    certainty: 'secondary',
  },
];

/** What the rules look at: the person's consents and whether a "no" stands. */
export interface RetentionFacts {
  readonly consents: readonly { readonly channel: Channel; readonly occurredAt: Instant }[];
  readonly standingNos: number;
}

/** What stays if a person is erased on a day: per rule the latest end, only where it lies ahead. */
export function retainedOn(
  now: Instant,
  facts: RetentionFacts,
  rules: readonly RetentionRule[] = retentionRules,
): readonly Retained[] {
  const today = parisDay(now);
  return rules
    .filter(({ validFrom, validTo }) => validFrom <= today && (validTo === undefined || today <= validTo))
    .flatMap((rule) => {
      const ends = clockStarts(rule, facts, today).map((start) => addYears(start, rule.years));
      const until = ends.sort().at(-1);
      if (until === undefined || until <= today) return [];
      return [{ scope: rule.scope, ruleId: rule.ruleId, ground: rule.ground, until }];
    });
}

function clockStarts(rule: RetentionRule, facts: RetentionFacts, today: Day): readonly Day[] {
  const started = (occurredAt: Instant): Day => (rule.clock === 'collection' ? parisDay(occurredAt) : today);
  switch (rule.appliesTo) {
    case 'telephone-consent':
      return facts.consents.filter(({ channel }) => isTelephone(channel)).map((c) => started(c.occurredAt));
    case 'other-consent':
      return facts.consents.filter(({ channel }) => !isTelephone(channel)).map((c) => started(c.occurredAt));
    case 'standing-no':
      return facts.standingNos > 0 ? [today] : [];
  }
}
