import type { ConsentEvent } from '#consent/contract';
import type { RightsEvent, SuppressionEntered } from '../contract.js';

/** A "no" that must outlive the data of the person who said it. */
export interface StandingNo {
  readonly purposeId: string;
  readonly channel: SuppressionEntered['data']['channel'];
  readonly controllerId: string | undefined;
  readonly origin: 'objection' | 'withdrawal' | 'refusal';
}

interface SaidNo extends StandingNo {
  readonly at: string;
}

/**
 * Every distinct "no" of a person that no later consent to that very question has lifted. A wide "no" stays, whatever
 * single consents came after it: those consents die with the data.
 */
export function standingNos(
  consent: readonly ConsentEvent[],
  rights: readonly RightsEvent[],
): readonly StandingNo[] {
  const nos = [...consent.flatMap(noOfConsent), ...rights.flatMap(noOfRights)];
  const standing = new Map<string, StandingNo>();
  for (const { at, ...no } of nos) {
    const isLifted = consent.some(
      (event) =>
        event.type === 'ConsentGiven' &&
        event.data.purposeId === no.purposeId &&
        event.data.channel === no.channel &&
        event.data.occurredAt > at,
    );
    const key = `${no.purposeId} ${no.channel} ${no.controllerId ?? ''}`;
    if (!isLifted && !standing.has(key)) standing.set(key, no);
  }
  return [...standing.values()];
}

function noOfConsent(event: ConsentEvent): readonly SaidNo[] {
  if (event.type !== 'ConsentRefused' && event.type !== 'ConsentWithdrawn') return [];
  const { purposeId, channel, controllerId, occurredAt } = event.data;
  const origin = event.type === 'ConsentRefused' ? 'refusal' : 'withdrawal';
  return [{ purposeId, channel, controllerId, origin, at: occurredAt }];
}

function noOfRights(event: RightsEvent): readonly SaidNo[] {
  if (event.type !== 'ObjectionRaised') return [];
  const { purposeId, channel, controllerId, occurredAt } = event.data;
  return [{ purposeId, channel, controllerId, origin: 'objection', at: occurredAt }];
}

/** The kinds of address at which a "no" on a channel must be remembered. */
export function kindsSuppressedBy(
  channel: StandingNo['channel'],
): readonly ('email' | 'phone' | 'postal-address')[] {
  switch (channel) {
    case 'email':
      return ['email'];
    case 'sms-mms':
    case 'autodialer':
    case 'fax':
    case 'phone-human':
      return ['phone'];
    case 'post':
      return ['postal-address'];
    case 'push':
    case 'social-dm':
      return [];
    case 'all':
      return ['email', 'phone', 'postal-address'];
  }
}
