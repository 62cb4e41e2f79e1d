import type { Instant, Scope } from '#kernel';
import type { ConsentHistory } from './consent-history.js';
import { retainedOn, type Retained } from './retention-rules.js';
import { restrictionsInTheWay, type ActiveRestriction, type Initiator } from './restriction-rules.js';
import { erasableScopes } from './rights.commands.js';
import type { RightsState } from './rights-state.js';
import { standingNos } from './standing-nos.js';

/** What an erasure would do, before anybody orders it. */
export interface ErasurePlan {
  /** Scopes whose keys die. */
  readonly scopes: readonly Scope[];
  /** What stays, why and until when (Art. 17(3)). */
  readonly retained: readonly Retained[];
  /** Restrictions in whose way it would stop. */
  readonly blockedBy: readonly ActiveRestriction[];
  /** How many standing "no"s go to the suppression list first. */
  readonly standingNos: number;
}

/** Computes an erasure from the facts and the dated rules of the day; used by the dry run and by the order alike. */
export function planErasure(
  now: Instant,
  wish: {
    readonly scopes: readonly Scope[] | 'all';
    readonly initiator: Initiator;
    readonly confirmed: boolean;
  },
  state: RightsState,
  consent: ConsentHistory,
): ErasurePlan {
  const nos = standingNos(consent, state.objections).length;
  const retained = retainedOn(now, { consents: consent.consents, standingNos: nos });
  const wished = wish.scopes === 'all' ? erasableScopes : wish.scopes;
  const kept = new Set(retained.map(({ scope }) => scope));
  return {
    scopes: wished.filter((scope) => !kept.has(scope) && !state.fencedScopes.includes(scope)),
    retained: retained.filter(({ scope }) => scope === 'suppression' || wished.includes(scope)),
    blockedBy: restrictionsInTheWay(state.restrictions, wish),
    standingNos: nos,
  };
}
