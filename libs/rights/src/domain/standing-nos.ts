import { kindReachedBy } from '#kernel';
import { lastStandingYes, questionOf, type ConsentHistory, type SaidNo } from './consent-history.js';
import type { Objection } from './rights-state.js';

/** A "no" that must outlive the data of the person who said it. */
export type StandingNo = Omit<SaidNo, 'at'>;

/**
 * Every distinct "no" of a person that no later consent to that very question lifts. A wide "no" stays, whatever
 * single consents came after it: those consents die with the data.
 */
export function standingNos(
  consent: ConsentHistory,
  objections: readonly Objection[],
): readonly StandingNo[] {
  const standing = new Map<string, StandingNo>();
  const lifting = lastStandingYes(consent);
  for (const { at, ...no } of [...consent.nos.values(), ...objections.map(noOfObjection)]) {
    const yes = lifting.get(`${no.purposeId} ${no.channel}`);
    const isLifted = yes !== undefined && yes > at;
    if (!isLifted && !standing.has(questionOf(no))) standing.set(questionOf(no), no);
  }
  return [...standing.values()];
}

function noOfObjection({ purposeId, channel, controllerId, at }: Objection): SaidNo {
  return { purposeId, channel, controllerId, origin: 'objection', at };
}

/** The kinds of address at which a "no" on a channel must be remembered. */
export function kindsSuppressedBy(
  channel: StandingNo['channel'],
): readonly ('email' | 'phone' | 'postal-address')[] {
  if (channel === 'all') return ['email', 'phone', 'postal-address'];
  const kind = kindReachedBy(channel);
  return kind === undefined ? [] : [kind];
}
