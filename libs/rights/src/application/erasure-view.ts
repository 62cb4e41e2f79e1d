import type { LedgerEvent } from '#event-store';
import type { RightsEvent } from '../contract.js';
import { isErasedPhysically, withoutNotification } from '../domain/destructions.js';
import { destructionOf, type Erasure, type RightsState } from '../domain/rights-state.js';
import { recipientLines } from './recipient-lines.js';

type History = readonly (LedgerEvent & RightsEvent)[];

/** State of an erasure as people read it. */
export type ErasureState =
  | 'ordered'
  | 'waiting-for-restriction'
  | 'destroying'
  | 'unreadable'
  /** Physically gone from the store, on every node. */
  | 'erased'
  | 'completed';

/** An erasure with its steps. */
export function erasureView(
  erasure: Erasure,
  state: RightsState,
  history: History,
  purgers: readonly string[],
) {
  const { order } = erasure;
  const own = history.filter(
    (event) => 'erasureId' in event.data && event.data.erasureId === order.erasureId,
  );
  const at = (type: RightsEvent['type']): string | undefined =>
    own.find((event) => event.type === type)?.recordedAt;
  const lastOf = (type: RightsEvent['type']): string | undefined =>
    own.findLast((event) => event.type === type)?.recordedAt;
  const whole = destructionOf(state, order.erasureId);
  const destruction = whole && withoutNotification(whole);
  const isClosed = destruction?.streams.every(({ closed }) => closed !== undefined);
  const isErased = destruction !== undefined && isErasedPhysically(destruction);
  const isUnreadable = erasure.progress === 'unreadable';
  return {
    erasureId: order.erasureId,
    subjectId: order.subjectId,
    state: stateOf(erasure, state),
    ground: order.ground,
    scopes: order.scopes,
    retained: order.retained,
    recipients: recipientLines(state, order.erasureId),
    steps: [
      step('ordered', at('ErasureOrdered') ?? at('ValueErasureOrdered')),
      step('suppression-prepared', at('SuppressionPrepared')),
      step('key-destruction-started', at('KeyDestructionStarted')),
      step('unreadable', isUnreadable ? lastOf('SubjectKeyDestroyed') : undefined),
      ...purgers.map((purger) =>
        step(
          `purged:${purger}`,
          own.find((event) => event.type === 'PurgeAcknowledged' && event.data.purger === purger)?.recordedAt,
        ),
      ),
      step('closed', isClosed ? lastOf('PersonalStreamClosed') : undefined),
      step('erased', isErased ? lastOf('PersonalStreamsPurged') : undefined),
      step('completed', at('ErasureCompleted')),
    ],
  };
}

function stateOf(erasure: Erasure, state: RightsState): ErasureState {
  const whole = destructionOf(state, erasure.order.erasureId);
  const destruction = whole && withoutNotification(whole);
  if (destruction?.isCompleted === true) return 'completed';
  if (destruction !== undefined && destruction.streams.length > 0 && isErasedPhysically(destruction))
    return 'erased';
  if (erasure.progress === 'unreadable' || erasure.progress === 'destroying') return erasure.progress;
  return state.restrictions.length > 0 ? 'waiting-for-restriction' : 'ordered';
}

function step(name: string, at: string | undefined) {
  return at === undefined ? { name, done: false } : { name, done: true, at };
}
