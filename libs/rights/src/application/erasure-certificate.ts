import type { LedgerEvent } from '#event-store';
import { addDays, defined, fold, parisDay, type Day } from '#kernel';
import { KEK_EPOCH_DAYS, type Epoch, type KekProviderDescription } from '#subject-keys';
import type { RightsEvent } from '../contract.js';
import { isErasedPhysically, withoutNotification, type Destruction } from '../domain/destructions.js';
import { rightsDecider } from '../domain/rights.decider.js';
import { destructionOf, type Erasure } from '../domain/rights-state.js';
import { certificateWords, notProven, type CertifiedExtent } from './certificate-words.js';
import { recipientLines } from './recipient-lines.js';

type History = readonly (LedgerEvent & RightsEvent)[];
type EventOf<T extends RightsEvent['type']> = LedgerEvent & Extract<RightsEvent, { type: T }>;

/** What stands beside the person's own facts. */
export interface CertificateSurroundings {
  /** The nodes that each run has searched. */
  readonly nodesOfRun?: ReadonlyMap<string, readonly string[]>;
  /** Epochs of the key-encryption keys: what a backup of the key store is worth. */
  readonly epochs?: readonly Epoch[];
  /** Whether a key lives on by which recipients are still to be notified. */
  readonly isNotificationKept?: boolean;
  /** What it names; whole scopes by default. */
  readonly extent?: CertifiedExtent;
}

/** How far a certificate may say that data has disappeared. */
export type CertifiedState = 'unreadable' | 'erased' | 'completed';

/** What the controller declares to have destroyed and kept; every line stands in the ledger. */
export function erasureCertificate(
  erasure: Erasure,
  history: History,
  kek: KekProviderDescription,
  surroundings: CertificateSurroundings = {},
) {
  const { order } = erasure;
  const own = history.filter(
    (event) => 'erasureId' in event.data && event.data.erasureId === order.erasureId,
  );
  const ordered = own.find(({ type }) => type === 'ErasureOrdered' || type === 'ValueErasureOrdered');
  const [destroyed, acknowledged] = [ofType(own, 'SubjectKeyDestroyed'), ofType(own, 'PurgeAcknowledged')];
  const purges = ofType(own, 'PersonalStreamsPurged');
  const [suppression] = ofType(own, 'SuppressionPrepared');
  const folded = fold(rightsDecider, history);
  const state = certifiedState(destructionOf(folded, order.erasureId));
  const erased = purges.map((event) => physically(event, surroundings));
  const backups = state === 'unreadable' ? undefined : backupsOf(purges, destroyed, surroundings);
  return defined({
    format: 'greffe-erasure-certificate/1',
    erasureId: order.erasureId,
    subjectId: order.subjectId,
    state,
    wording: certificateWords(state, surroundings.extent),
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
    purged: acknowledged.map(({ data }) => ({
      ...{ purger: data.purger, technique: data.technique, removed: data.removed, at: data.acknowledgedAt },
    })),
    erased,
    backups,
    notification: notificationOf(erasure, surroundings),
    recipients: recipientLines(folded, order.erasureId),
    completedAt: ofType(own, 'ErasureCompleted')[0]?.data.completedAt,
    keyEncryptionKeys: kek,
    notProven: notProven(state, backups?.deadBy),
  });
}

function ofType<T extends RightsEvent['type']>(events: History, type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

function certifiedState(whole: Destruction | undefined): CertifiedState {
  const destruction = whole && withoutNotification(whole);
  if (destruction?.isCompleted === true) return 'completed';
  return destruction !== undefined && destruction.streams.length > 0 && isErasedPhysically(destruction)
    ? 'erased'
    : 'unreadable';
}

/** What one purge removed, how, where, and when that was proven. */
function physically(
  { data, id, stream, revision }: EventOf<'PersonalStreamsPurged'>,
  { nodesOfRun }: CertificateSurroundings,
) {
  return {
    technique: data.technique,
    streams: data.streams.length,
    nodes: nodesOfRun?.get(data.purgeRunId) ?? [],
    provenAt: data.provenAt,
    purgeRunId: data.purgeRunId,
    event: { eventId: id, stream, revision: Number(revision) },
  };
}

/**
 * When the last backup dies that may still hold something: of the store, by the days that the operator had declared when
 * the purge was proven; of the keys, with the epoch that was in force when they were destroyed.
 */
function backupsOf(
  purges: readonly EventOf<'PersonalStreamsPurged'>[],
  destroyed: readonly EventOf<'SubjectKeyDestroyed'>[],
  { epochs = [] }: CertificateSurroundings,
) {
  const days = purges.map(({ data }) => data.backupsDeadBy);
  const isDeclared = days.length > 0 && days.every((day) => day !== undefined);
  const ends = destroyed.flatMap(({ data }) => endOfEpoch(epochs, data.destroyedAt));
  const last = ends.sort((a, b) => (a.deadBy < b.deadBy ? -1 : 1)).at(-1);
  return defined({
    technique: 'beyond-use-backup' as const,
    deadBy: isDeclared ? [...days].sort().at(-1) : undefined,
    keys: last,
  });
}

function endOfEpoch(epochs: readonly Epoch[], at: string) {
  const epoch = epochs.filter(({ activatedAt }) => activatedAt <= at).at(-1);
  if (epoch === undefined) return [];
  const isDestroyed = epoch.destroyedAt !== undefined;
  const told = epoch.evidence?.['deadBy'];
  const deadBy: Day = isDestroyed
    ? parisDay(typeof told === 'string' ? told : epoch.destroyedAt)
    : addDays(parisDay(epoch.activatedAt), KEK_EPOCH_DAYS);
  return [{ kekId: epoch.kekId, deadBy, isDestroyed }];
}

/** What is kept for a while to tell recipients of the erasure (Art. 19), and until when at the latest. */
function notificationOf({ order }: Erasure, { isNotificationKept }: CertificateSurroundings) {
  if (isNotificationKept !== true) return undefined;
  return defined({
    kept: true,
    until: order.retained.find(({ scope }) => scope === 'notification')?.until,
  });
}
