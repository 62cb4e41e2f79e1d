import type { Scope } from '#kernel';
import type { RightsEvent } from '../contract.js';
import { orderedEnds } from './ordered-ends.js';

/** A personal stream whose key an erasure ends. */
export interface EndedStream {
  readonly stream: string;
  readonly scope: Scope;
  readonly generation: number;
  /** It takes no event any more, and the newest fact says where it ends; `undefined` there: it was never written. */
  readonly closed: { readonly lastRevision: number | undefined } | undefined;
  /** Its payload is proven gone. */
  readonly isPurged: boolean;
}

/**
 * What a destruction of keys has come to, from the point of no return to the end; of a whole erasure and of the
 * erasure of one value alike.
 */
export interface Destruction {
  readonly erasureId: string;
  /** Whether the point of no return is passed; before it only a stream whose survivors moved on is closed. */
  readonly isBegun: boolean;
  /** Scopes in which keys die, whole or up to a generation. */
  readonly scopes: readonly Scope[];
  readonly destroyedScopes: readonly Scope[];
  readonly acknowledgedBy: readonly string[];
  readonly streams: readonly EndedStream[];
  readonly isCompleted: boolean;
}

const destructionTypes = [
  'KeyDestructionStarted',
  'SubjectKeyDestroyed',
  'PurgeAcknowledged',
  'PersonalStreamClosed',
  'PersonalStreamsPurged',
  'ErasureCompleted',
] as const;

/** What happens from the point of no return on. */
export type DestructionEvent = Extract<RightsEvent, { type: (typeof destructionTypes)[number] }>;

/** Whether an event tells of what is past the point of no return. */
export function isOfDestruction(event: RightsEvent): event is DestructionEvent {
  return (destructionTypes as readonly string[]).includes(event.type);
}

/** Total over any order of events: facts that come before the point of no return make nothing look done. */
export function evolveDestructions(
  destructions: readonly Destruction[],
  event: DestructionEvent,
): readonly Destruction[] {
  const { erasureId } = event.data;
  if (destructions.some((known) => known.erasureId === erasureId))
    return destructions.map((known) => (known.erasureId === erasureId ? evolveOne(known, event) : known));
  const blank: Destruction = {
    ...{ erasureId, scopes: [], destroyedScopes: [], acknowledgedBy: [], streams: [] },
    ...{ isBegun: false, isCompleted: false },
  };
  return [...destructions, evolveOne(blank, event)];
}

/** Whether nothing that the erasure ended can be read anywhere: its keys are gone. */
export function isUnreadable({ isBegun, scopes, destroyedScopes }: Destruction): boolean {
  return isBegun && scopes.every((scope) => destroyedScopes.includes(scope));
}

/** Whether everything that the erasure ended is physically gone from the store. */
export function isErasedPhysically(destruction: Destruction): boolean {
  return isUnreadable(destruction) && destruction.streams.every(({ isPurged }) => isPurged);
}

/**
 * The erasure itself, without what was kept to tell recipients: that dies later, as a part of the same destruction, and
 * what is gone meanwhile stays gone.
 */
export function withoutNotification(destruction: Destruction): Destruction {
  return {
    ...destruction,
    scopes: destruction.scopes.filter((scope) => scope !== 'notification'),
    streams: destruction.streams.filter(({ scope }) => scope !== 'notification'),
  };
}

function evolveOne(known: Destruction, event: DestructionEvent): Destruction {
  switch (event.type) {
    case 'KeyDestructionStarted': {
      const named = event.data.keys.map(({ stream, scope, generation }) => ({ stream, scope, generation }));
      const scopes = orderedEnds(event.data).map(({ scope }) => scope);
      return {
        ...known,
        isBegun: true,
        scopes: union(known.scopes, scopes),
        streams: named.reduce((streams, one) => withStream(streams, one, {}), known.streams),
      };
    }
    case 'SubjectKeyDestroyed':
      return { ...known, destroyedScopes: union(known.destroyedScopes, [event.data.scope]) };
    case 'PurgeAcknowledged':
      return { ...known, acknowledgedBy: union(known.acknowledgedBy, [event.data.purger]) };
    case 'PersonalStreamClosed': {
      const { stream, scope, generation, lastRevision } = event.data;
      const closed = { lastRevision };
      return { ...known, streams: withStream(known.streams, { stream, scope, generation }, { closed }) };
    }
    case 'PersonalStreamsPurged': {
      const gone = new Set(event.data.streams);
      return {
        ...known,
        streams: known.streams.map((one) => (gone.has(one.stream) ? { ...one, isPurged: true } : one)),
      };
    }
    case 'ErasureCompleted':
      return { ...known, isCompleted: true };
  }
}

function withStream(
  streams: readonly EndedStream[],
  named: Pick<EndedStream, 'stream' | 'scope' | 'generation'>,
  change: Pick<Partial<EndedStream>, 'closed'>,
): readonly EndedStream[] {
  const blank: EndedStream = { ...named, closed: undefined, isPurged: false };
  return streams.some(({ stream }) => stream === named.stream)
    ? streams.map((one) => (one.stream === named.stream ? { ...one, ...change } : one))
    : [...streams, { ...blank, ...change }];
}

function union<T>(some: readonly T[], more: readonly T[]): readonly T[] {
  return [...new Set([...some, ...more])];
}

/** The generations of a scope that end, up to and with this one. */
export interface Ending {
  readonly scope: Scope;
  readonly throughGeneration: number;
}

/** What a point of no return named of these scopes, and that is not destroyed yet; by default of all that it named. */
export function endingsOf(
  destruction: Destruction | undefined,
  scopes: readonly Scope[] = destruction?.scopes ?? [],
): readonly Ending[] {
  return scopes.flatMap((scope) => {
    const isNamed = destruction?.scopes.includes(scope) === true;
    if (!isNamed || destruction.destroyedScopes.includes(scope)) return [];
    const named = destruction.streams.filter((one) => one.scope === scope);
    return [{ scope, throughGeneration: Math.max(...named.map(({ generation }) => generation)) }];
  });
}
