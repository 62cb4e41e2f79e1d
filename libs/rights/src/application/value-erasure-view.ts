import { isUnreadable, withoutNotification } from '../domain/destructions.js';
import { destructionOf, type Erasure, type RightsState } from '../domain/rights-state.js';
import { restrictionsAgainst } from '../domain/value-erasure-decisions.js';
import type { ErasedValue, ValueErasure } from '../domain/value-erasures.js';
import { erasureView } from './erasure-view.js';

/** The erasure of single values as any erasure is told: no scope ends with it, nothing is retained by a rule. */
export function asErasure(erasure: ValueErasure, state: RightsState): Erasure {
  const { values: _, despiteRestrictionIds: __, ...order } = erasure.order;
  const destruction = destructionOf(state, order.erasureId);
  return {
    order: { ...order, scopes: [], retained: [], rulesVersion: '' },
    progress: progressOf(erasure, destruction),
    destroyedScopes: [...(destruction?.destroyedScopes ?? [])],
    purgedBy: [...(destruction?.acknowledgedBy ?? [])],
  };
}

function progressOf(
  { isSuppressionPrepared }: ValueErasure,
  destruction: ReturnType<typeof destructionOf>,
): Erasure['progress'] {
  // What was kept to tell recipients dies later, and takes nothing back.
  if (destruction !== undefined)
    return isUnreadable(withoutNotification(destruction)) ? 'unreadable' : 'destroying';
  return isSuppressionPrepared ? 'suppression-prepared' : 'ordered';
}

type View = ReturnType<typeof erasureView> & { readonly values: readonly ErasedValue[] };
type ViewArguments = Parameters<typeof erasureView>;

/** The erasure of single values with its steps; a restriction that the person chose it over is none it waits for. */
export function valueErasureView(
  erasure: ValueErasure,
  state: RightsState,
  history: ViewArguments[2],
  purgers: ViewArguments[3],
): View {
  const waitsFor = { ...state, restrictions: restrictionsAgainst(erasure, state) };
  const view = erasureView(asErasure(erasure, state), waitsFor, history, purgers);
  return { ...view, values: erasure.order.values };
}
