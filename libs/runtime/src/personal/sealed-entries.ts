import { Inject, Injectable } from '@nestjs/common';
import { UndecodableEvent, type EventCodec, type EventStore, type LedgerEvent } from '#event-store';
import type { Instant, Scope, Uuid } from '#kernel';
import type { KeyInfo, KeyStore, OpenItem } from '#subject-keys';
import type { LedgerFact } from '../contract.js';
import type { Ledger } from '../ledger/ledger.js';
import { CODEC, EVENT_STORE, KEY_STORE, LEDGER } from '../nest/tokens.js';

type DataSealed = Extract<LedgerFact, { readonly type: 'PersonalDataSealed' }>;

/** What sealed values are about: a closed list, because it stands in clear beside them. */
export type SealedAbout = DataSealed['data']['about'];

/** Sealed values as they stand in a personal stream. */
export interface SealedEntry {
  /** The event that references name: the first one that sealed these values. */
  readonly eventId: Uuid;
  readonly about: SealedAbout;
  readonly scope: Scope;
  /** When it was sealed under the key that opens it. */
  readonly recordedAt: Instant;
  /** Its envelopes, each with the place that it is bound to. */
  readonly envelopes: readonly OpenItem[];
}

/** Everything sealed in one generation of a scope. */
export interface SealedOfGeneration {
  /** By the event that references name, oldest first. */
  readonly entries: ReadonlyMap<Uuid, SealedEntry>;
  /** Newest revision of the personal stream; `undefined`: never written. */
  readonly revision: bigint | undefined;
  /** False: at least one event of the stream cannot be decoded. */
  readonly isWhole: boolean;
}

/** Everything sealed of one person, as far as it was asked for. */
export interface SealedOfSubject {
  /** By the event that references name, oldest first. */
  readonly entries: ReadonlyMap<Uuid, SealedEntry>;
  /** Scopes of which at least one generation of keys was destroyed. */
  readonly erasedScopes: ReadonlySet<string>;
  /** Scopes in whose streams an event cannot be decoded. */
  readonly damagedScopes: ReadonlySet<string>;
}

/** Finds the sealed values of a person: which streams are theirs is known to the key store alone. */
@Injectable()
export class SealedEntries {
  constructor(
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CODEC) private readonly codec: EventCodec,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** The person's sealed values in the scopes that are wanted. Throws `KeyStoreUnavailable`, `Unavailable`. */
  async of(subjectId: Uuid, isWanted: (scope: string) => boolean): Promise<SealedOfSubject> {
    const { keys, fences } = await this.keyStore.subjects.state(subjectId);
    const entries = new Map<Uuid, SealedEntry>();
    const damagedScopes = new Set<string>();
    // Generations come in order, so a survivor that was sealed again replaces the event it names as its origin.
    for (const key of keys.filter(({ scope, state }) => isWanted(scope) && mayOpen(state))) {
      const generation = await this.ofGeneration(key);
      for (const entry of generation.entries.values()) entries.set(entry.eventId, entry);
      if (!generation.isWhole) damagedScopes.add(key.scope);
    }
    const shredded = keys.filter(({ state }) => state === 'shredded');
    const erasedScopes = new Set([...shredded, ...fences].map(({ scope }) => scope));
    return { entries, erasedScopes, damagedScopes };
  }

  /** What stands in the personal stream of one key. Throws `Unavailable`. */
  async ofGeneration(key: KeyInfo): Promise<SealedOfGeneration> {
    const entries = new Map<Uuid, SealedEntry>();
    let isWhole = true;
    let revision: bigint | undefined;
    for await (const stored of this.store.read(key.stream)) {
      revision = stored.revision;
      try {
        const entry = this.entryOf(this.codec.decode(stored), key);
        if (entry !== undefined) entries.set(entry.eventId, entry);
      } catch (error) {
        if (!(error instanceof UndecodableEvent)) throw error;
        isWhole = false;
      }
    }
    return { entries, revision, isWhole };
  }

  private entryOf(event: LedgerEvent, key: KeyInfo): SealedEntry | undefined {
    if (event.type !== 'PersonalDataSealed') return undefined;
    const { about, origin, $pd } = event.data as DataSealed['data'];
    const envelopes = $pd.map((envelope, slot) => ({
      envelope,
      context: placeOf(this.ledger.identity().ledgerId, event.stream, event.id, slot),
    }));
    const { recordedAt } = event;
    return { eventId: origin ?? event.id, about, scope: key.scope as Scope, recordedAt, envelopes };
  }
}

/** What an envelope in a personal stream is bound to (`evidence.md` §1). */
export function placeOf(ledgerId: Uuid, stream: string, eventId: Uuid, slot: number): OpenItem['context'] {
  return { led: ledgerId, stream, eventId, type: 'PersonalDataSealed', slot };
}

/** Whether what was sealed under a key in this state still opens. */
export function mayOpen(state: KeyInfo['state']): boolean {
  return state === 'active' || state === 'retired';
}
