import type { ConsentContextEvent } from '#consent/contract';
import type { EvidenceRef } from '#event-store/contract';
import type { Instant } from '#kernel';
import type { RightsEvent } from '#rights/contract';
import type { LedgerFact } from '#runtime/contract';
import type { DecisionEvent, SolicitationEvent } from '#solicitation/contract';
import type { SubjectsEvent } from '#subjects/contract';

/** What a person's timeline does not tell: sealed values, and facts about nobody's data or nobody by name. */
type Untold = 'PersonalDataSealed' | 'LedgerOpened' | 'StoreRestored' | 'ActorEnrolled' | 'ScrubRecorded';

/**
 * Everything that a person's timeline tells: every type that can be about a data subject. A new type of these
 * contexts needs a sentence before it compiles; a new context is added here.
 */
export type TimelineEvent = Exclude<
  SubjectsEvent | ConsentContextEvent | RightsEvent | SolicitationEvent | DecisionEvent | LedgerFact,
  { type: Untold }
>;

/** The data of one type. */
export type TimelineData<T extends TimelineEvent['type']> = Extract<TimelineEvent, { type: T }>['data'];

/** An event of a timeline with when it was recorded. */
export type RecordedTimelineEvent = TimelineEvent & { readonly recordedAt: Instant };

/** Every reference to sealed values in an event's data: what a reveal or an inspection opens. */
export function evidenceOf(data: unknown): readonly EvidenceRef[] {
  if (Array.isArray(data)) return data.flatMap(evidenceOf);
  if (data === null || typeof data !== 'object') return [];
  if (isEvidence(data)) return [data];
  return Object.values(data).flatMap(evidenceOf);
}

/** The purposes that an event names. */
export function purposesOf({ data }: TimelineEvent): readonly string[] {
  const { purposeId, purposeIds, asks } = data as {
    readonly purposeId?: unknown;
    readonly purposeIds?: unknown;
    readonly asks?: readonly { readonly purposeId: unknown }[];
  };
  const several: readonly unknown[] = Array.isArray(purposeIds) ? purposeIds : [];
  const asked = (asks ?? []).map((ask) => ask.purposeId);
  return [purposeId, ...several, ...asked].filter(
    (id) => typeof id === 'string' && id.length === UUID_LENGTH,
  ) as string[];
}

const UUID_LENGTH = 36;

function isEvidence(value: object): value is EvidenceRef {
  const { kind, scope, eventId } = value as { readonly kind?: unknown; scope?: unknown; eventId?: unknown };
  return (
    (kind === 'sealed' || kind === 'external') && typeof scope === 'string' && typeof eventId === 'string'
  );
}
