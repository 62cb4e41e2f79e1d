import type { LedgerEvent } from '#event-store';
import { defined } from '#kernel';
import type { KekProviderDescription } from '#subject-keys';
import type { RightsEvent } from '../contract.js';
import type { Erasure, RightsState } from '../domain/rights-state.js';

type History = readonly (LedgerEvent & RightsEvent)[];
type EventOf<T extends RightsEvent['type']> = LedgerEvent & Extract<RightsEvent, { type: T }>;

/** State of an erasure as people read it. */
export type ErasureState = 'ordered' | 'waiting-for-restriction' | 'destroying' | 'unreadable';

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
  const lastDestroyed = own.findLast((event) => event.type === 'SubjectKeyDestroyed');
  const isUnreadable = erasure.progress === 'unreadable';
  return {
    erasureId: order.erasureId,
    subjectId: order.subjectId,
    state: stateOf(erasure, state),
    ground: order.ground,
    scopes: order.scopes,
    retained: order.retained,
    steps: [
      step('ordered', at('ErasureOrdered') ?? at('ValueErasureOrdered')),
      step('suppression-prepared', at('SuppressionPrepared')),
      step('key-destruction-started', at('KeyDestructionStarted')),
      step('unreadable', isUnreadable ? lastDestroyed?.recordedAt : undefined),
      ...purgers.map((purger) =>
        step(
          `purged:${purger}`,
          own.find((event) => event.type === 'PurgeAcknowledged' && event.data.purger === purger)?.recordedAt,
        ),
      ),
    ],
  };
}

/** What the controller declares to have destroyed and kept; every line stands in the ledger. */
export function erasureCertificate(erasure: Erasure, history: History, kek: KekProviderDescription) {
  const { order } = erasure;
  const own = history.filter(
    (event) => 'erasureId' in event.data && event.data.erasureId === order.erasureId,
  );
  const ordered = own.find(({ type }) => type === 'ErasureOrdered' || type === 'ValueErasureOrdered');
  const destroyed = own.filter(
    (event): event is EventOf<'SubjectKeyDestroyed'> => event.type === 'SubjectKeyDestroyed',
  );
  const purged = own.filter(
    (event): event is EventOf<'PurgeAcknowledged'> => event.type === 'PurgeAcknowledged',
  );
  const suppression = own.find(
    (event): event is EventOf<'SuppressionPrepared'> => event.type === 'SuppressionPrepared',
  );
  return {
    format: 'greffe-erasure-certificate/1',
    erasureId: order.erasureId,
    subjectId: order.subjectId,
    state: 'unreadable',
    wording: {
      fr: 'Les données des périmètres ci-dessous ont été rendues illisibles. Elles ne sont pas encore effacées physiquement.',
      en: 'The data of the scopes below was made unreadable. It is not physically erased yet.',
    },
    ground: order.ground,
    requestedAt: order.requestedAt,
    orderedAt: ordered?.recordedAt,
    identityCheck: order.identityCheck,
    destroyed: destroyed.map(({ data, id, stream, revision }) => ({
      scope: data.scope,
      technique: data.technique,
      keys: data.keys,
      destroyedAt: data.destroyedAt,
      kekProvider: data.kekProvider,
      event: { eventId: id, stream, revision: Number(revision) },
    })),
    retained: order.retained.map((line) => ({ ...line, rulesVersion: order.rulesVersion })),
    suppressionEntries: suppression?.data.entries ?? 0,
    purged: purged.map(({ data }) =>
      defined({
        purger: data.purger,
        technique: data.technique,
        removed: data.removed,
        at: data.acknowledgedAt,
      }),
    ),
    keyEncryptionKeys: kek,
    notProven: {
      fr: 'Nul ne peut prouver qu’aucune copie d’une clé n’existe. Restent des faits pseudonymes, sans valeur personnelle.',
      en: 'Nobody can prove that no copy of a key exists. Pseudonymous facts without personal values remain.',
    },
  };
}

function stateOf(erasure: Erasure, state: RightsState): ErasureState {
  if (erasure.progress === 'unreadable' || erasure.progress === 'destroying') return erasure.progress;
  return state.restrictions.length > 0 ? 'waiting-for-restriction' : 'ordered';
}

function step(name: string, at: string | undefined) {
  return at === undefined ? { name, done: false } : { name, done: true, at };
}
