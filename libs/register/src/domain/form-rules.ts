import { Rejection, type Audience, type Channel, type Uuid } from '#kernel';
import type { CollectionFormVersion, PurposeKind, PurposeVariant } from '../contract.js';
import { standingDescription } from './described.js';
import type { PurposeState } from './purpose.decider.js';

/** How a box can have stood when the form was shown; only an unchecked one proves anything. */
export const shownStates = ['unchecked', 'checked', 'not-applicable'] as const;

/** A form version as it is proposed: a box may have been ticked, and the notice is named without its hash. */
export type CollectionFormProposal = Omit<CollectionFormVersion, 'defaultState' | 'notice'> & {
  readonly defaultState: (typeof shownStates)[number];
  readonly notice: Pick<CollectionFormVersion['notice'], 'noticeId' | 'version'>;
};

/** What a form must know of a purpose that it offers. */
export interface OfferedPurpose {
  readonly purposeId: Uuid;
  readonly kind: PurposeKind;
  readonly channels: readonly Channel[];
  /** Audiences for whom it rests on consent. */
  readonly consentAudiences: readonly Audience[];
  readonly retired: boolean;
}

/** The view of a purpose that forms need; `undefined` if it was never declared. */
export function offeredPurpose({ descriptions, ending }: PurposeState): OfferedPurpose | undefined {
  const purpose = standingDescription(descriptions);
  if (purpose === undefined) return undefined;
  const onConsent = purpose.variants.filter(({ lawfulBasis }: PurposeVariant) => lawfulBasis === 'consent');
  const consentAudiences = onConsent.flatMap(({ audiences }) => audiences);
  const { purposeId, kind, channels } = purpose;
  return { purposeId, kind, channels, consentAudiences, retired: ending !== undefined };
}

/**
 * A consent is a clear positive act (Art. 4(11); CJEU C-673/17): a box that was ticked for the person proves nothing.
 * Rejects: `consent-was-pre-ticked`; `proof-incomplete` where there is a box and nobody says how it stood.
 */
export function requirePositiveAct({
  method,
  defaultState,
}: CollectionFormProposal): 'unchecked' | 'not-applicable' {
  if (defaultState === 'checked') {
    throw new Rejection('consent-was-pre-ticked', 'A box ticked beforehand is no consent', '/defaultState');
  }
  if (defaultState === 'not-applicable' && (method === 'web-checkbox' || method === 'in-app-toggle')) {
    throw new Rejection('proof-incomplete', 'This method has a box: say how it stood', '/defaultState');
  }
  return defaultState;
}

/**
 * Specific and informed (Art. 4(11), 7(2)): each purpose has words of its own, and nothing is asked twice.
 * Rejects: `consent-without-words`, `offer-repeated`.
 */
export function requireDistinctWords({ offers }: CollectionFormProposal): void {
  const purposeByWords = new Map<string, Uuid>();
  const asked = new Set<string>();
  offers.forEach(({ label, purposeId, channels, goodsNature }, index) => {
    const words = label.trim().toLowerCase();
    const other = purposeByWords.get(words) ?? purposeId;
    if (words === '' || other !== purposeId) {
      const detail = words === '' ? 'Nothing is written beside it' : 'The same words ask for two purposes';
      throw new Rejection('consent-without-words', detail, `/offers/${String(index)}/label`);
    }
    purposeByWords.set(words, purposeId);
    for (const question of channels.flatMap((channel) =>
      (goodsNature ?? ['']).map((nature) => `${purposeId} ${channel} ${nature}`),
    )) {
      if (asked.has(question)) {
        throw new Rejection('offer-repeated', 'Asked twice in one form', `/offers/${String(index)}/channels`);
      }
      asked.add(question);
    }
  });
}

/**
 * A form can only ask for what a living purpose offers on consent; asking consent for what rests on another basis
 * misleads. Rejects: `purpose-unknown`, `purpose-retired`, `lawful-basis-is-not-consent`, `channel-not-offered`.
 */
export function requireOfferable(
  { offers }: CollectionFormProposal,
  purposes: readonly OfferedPurpose[],
): void {
  offers.forEach((offer, index) => {
    const pointer = `/offers/${String(index)}`;
    const purpose = purposes.find(({ purposeId }) => purposeId === offer.purposeId);
    if (purpose === undefined) {
      throw new Rejection('purpose-unknown', 'No purpose with this id', `${pointer}/purposeId`);
    }
    if (purpose.retired)
      throw new Rejection('purpose-retired', 'This purpose has ended', `${pointer}/purposeId`);
    if (purpose.consentAudiences.length === 0) {
      const detail = 'No variant of this purpose rests on consent';
      throw new Rejection('lawful-basis-is-not-consent', detail, `${pointer}/purposeId`);
    }
    const channel = offer.channels.find((asked) => !purpose.channels.includes(asked));
    if (channel !== undefined) {
      throw new Rejection(
        'channel-not-offered',
        `This purpose does not use ${channel}`,
        `${pointer}/channels`,
      );
    }
  });
}

/** Places of the offers that ask consumers for consent to marketing calls (R.223-1). */
export function consumerCallOffers(
  { offers }: CollectionFormProposal,
  purposes: readonly OfferedPurpose[],
): readonly number[] {
  const calls = new Set(
    purposes
      .filter(({ kind, consentAudiences }) => kind === 'prospecting' && consentAudiences.some(isConsumer))
      .map(({ purposeId }) => purposeId),
  );
  return offers.flatMap(({ purposeId, channels }, index) =>
    calls.has(purposeId) && channels.some(isCall) ? [index] : [],
  );
}

function isConsumer(audience: Audience): boolean {
  return audience === 'consumer' || audience === 'sole-trader-mixed';
}

function isCall(channel: Channel): boolean {
  return channel === 'phone-human' || channel === 'autodialer';
}
