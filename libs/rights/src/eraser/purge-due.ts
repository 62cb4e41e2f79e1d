import type { Instant } from '#kernel';
import type { PurgeFact } from './audit-facts.js';

/** Why a run begins. */
export type Due =
  | { readonly kind: 'requested'; readonly runId: string }
  | { readonly kind: 'streams-wait' }
  | { readonly kind: 'search' };

/** What decides whether a run is due. */
export interface PurgeSituation {
  readonly now: Instant;
  readonly purgeEveryHours: number;
  /** The newest facts about purges, newest first. */
  readonly purges: readonly PurgeFact[];
  /** When the streams that wait were closed. */
  readonly waitsSince: readonly Instant[];
  /** Whether any stream was ever closed. */
  readonly hasClosings: boolean;
  /** The nodes of the store now, where the store can say it. */
  readonly nodes: readonly string[] | undefined;
}

const HOUR_MS = 3_600_000;
/** Old disks and backups come back without notice: so often every node is searched although nothing was closed. */
const SEARCH_EVERY_MS = 7 * 24 * HOUR_MS;
/** A purge after which something was still there is repeated, and not at once; so is the search for a new node. */
const REPEAT_AFTER_MS = HOUR_MS;

/** Whether a purge or a search of the store is due, and why. */
export function purgeDue(situation: PurgeSituation): Due | undefined {
  const { purges, waitsSince, purgeEveryHours, hasClosings, nodes } = situation;
  const requested = oldestRequest(purges);
  if (requested !== undefined) return { kind: 'requested', runId: requested };
  const runs = purges.filter((fact) => fact.type === 'PurgeRunRecorded').map(({ data }) => data);
  const age = (instant: Instant | undefined): number =>
    instant === undefined ? Infinity : Date.parse(situation.now) - Date.parse(instant);
  const lastPurge = runs.find(({ technique }) => technique !== undefined);
  const mayRepeat = age(lastPurge?.endedAt) >= REPEAT_AFTER_MS;
  const isDue = (since: Instant): boolean =>
    age(since) >= purgeEveryHours * HOUR_MS && (mayRepeat || since > (lastPurge?.startedAt ?? ''));
  if (waitsSince.some(isDue)) return { kind: 'streams-wait' };
  const [last] = runs;
  const isNew = nodes?.some((node) => last?.nodes.every((known) => known.node !== node)) === true;
  const isSearched = age(last?.endedAt) < (isNew ? REPEAT_AFTER_MS : SEARCH_EVERY_MS);
  return hasClosings && !isSearched ? { kind: 'search' } : undefined;
}

function oldestRequest(purges: readonly PurgeFact[]): string | undefined {
  const recorded = new Set(
    purges.filter(({ type }) => type === 'PurgeRunRecorded').map(({ data }) => data.runId),
  );
  return purges.findLast(({ type, data }) => type === 'PurgeRequested' && !recorded.has(data.runId))?.data
    .runId;
}
