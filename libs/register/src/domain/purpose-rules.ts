import {
  Rejection,
  type Audience,
  type Channel,
  type ContactPointKind,
  type LawfulBasis,
  type Relation,
} from '#kernel';
import type { PurposeData, PurposeKind, PurposeVariant } from '../contract.js';

/** The bases on which a kind of purpose can rest at all, and the rule that says so. */
interface BasisRule {
  readonly ruleId: string;
  readonly bases: readonly LawfulBasis[];
}

/**
 * Kinds whose basis is not free. What a basis allows on a channel on a given day is not judged here but by the dated
 * prospecting policy, at the gate.
 */
const BASES_BY_KIND: Partial<Record<PurposeKind, BasisRule>> = {
  // CPCE L.34-5 and the CNIL's commercial référentiel: consent, or legitimate interest where the law asks for none.
  prospecting: { ruleId: 'prospecting-basis', bases: ['consent', 'legitimate-interests'] },
  // CNIL recommendation of 14 April 2026: a pixel that tells who opened a message needs a consent of its own.
  'email-open-tracking': { ruleId: 'MSG-5', bases: ['consent'] },
};

/** By what a channel reaches a person; `push` and `social-dm` use the means of an application, no contact point. */
const CONTACT_POINT_OF: Readonly<Partial<Record<Channel, ContactPointKind>>> = {
  email: 'email',
  'sms-mms': 'phone',
  autodialer: 'phone',
  fax: 'phone',
  'phone-human': 'phone',
  post: 'postal-address',
};
const REACHES: readonly ContactPointKind[] = ['email', 'phone', 'postal-address'];
/** Kinds that process contact points only to reach people. */
const REACHING_KINDS: readonly PurposeKind[] = ['prospecting', 'email-open-tracking'];

/**
 * Exactly one lawful basis for each audience and relation (Art. 6(1); CNIL developer's guide, sheet 15).
 * Rejects: `purpose-variants-overlap` where two variants meet, `basis-not-possible` where the kind cannot rest on the
 * basis, `assessment-missing`, `code-already-used` for a variant id used twice.
 */
export function requireOneBasisEach({ kind, variants }: Pick<PurposeData, 'kind' | 'variants'>): void {
  const taken = new Map<`${Audience} × ${Relation}`, string>();
  const ids = new Set<string>();
  variants.forEach((variant, index) => {
    const pointer = `/variants/${String(index)}`;
    if (ids.has(variant.variantId)) {
      throw new Rejection('code-already-used', 'A variant id names one variant', `${pointer}/variantId`);
    }
    ids.add(variant.variantId);
    requirePossibleBasis(kind, variant, pointer);
    for (const pair of pairsOf(variant)) {
      const other = taken.get(pair);
      if (other !== undefined) {
        const detail = `Variants ${other} and ${variant.variantId} both claim ${pair}: exactly one basis each`;
        throw new Rejection('purpose-variants-overlap', detail, pointer);
      }
      taken.set(pair, variant.variantId);
    }
  });
}

function pairsOf({ audiences, relations }: PurposeVariant): `${Audience} × ${Relation}`[] {
  return audiences.flatMap((audience) => relations.map((relation) => `${audience} × ${relation}` as const));
}

function requirePossibleBasis(kind: PurposeKind, variant: PurposeVariant, pointer: string): void {
  const rule = BASES_BY_KIND[kind];
  if (rule !== undefined && !rule.bases.includes(variant.lawfulBasis)) {
    const detail = `A purpose of kind ${kind} rests on ${rule.bases.join(' or ')} (rule ${rule.ruleId})`;
    throw new Rejection('basis-not-possible', detail, `${pointer}/lawfulBasis`);
  }
  if (variant.lawfulBasis === 'legitimate-interests' && variant.assessment === undefined) {
    throw new Rejection(
      'assessment-missing',
      'Legitimate interests need a recorded assessment (Art. 6(1)(f))',
      `${pointer}/assessment`,
    );
  }
}

/**
 * Minimisation (Art. 5(1)(c)): the data a purpose needs is what its channels use, and a purpose that only reaches
 * people needs no contact point that none of its channels uses. Rejects: `data-not-needed`, and `channel-not-offered` for
 * a channel that cannot reach anybody with what is listed.
 */
export function requireMinimalData({ kind, channels, dataNeeded }: PurposeData): void {
  const used = new Set(channels.map((channel) => CONTACT_POINT_OF[channel]));
  for (const needed of used) {
    if (needed !== undefined && !dataNeeded.includes(needed)) {
      throw new Rejection(
        'channel-not-offered',
        `Its channels need ${needed}, which is not listed`,
        '/dataNeeded',
      );
    }
  }
  if (!REACHING_KINDS.includes(kind)) return;
  const excess = dataNeeded.findIndex((point) => REACHES.includes(point) && !used.has(point));
  if (excess !== -1) {
    const pointer = `/dataNeeded/${String(excess)}`;
    throw new Rejection('data-not-needed', 'No channel of this purpose uses it (Art. 5(1)(c))', pointer);
  }
}
