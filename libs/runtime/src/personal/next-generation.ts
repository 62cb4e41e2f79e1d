import { Inject, Injectable } from '@nestjs/common';
import { allocatedId, type Instant, type Personal, type Scope, type Uuid } from '#kernel';
import type { KeyInfo, KeyStore, OpenedFields } from '#subject-keys';
import type { CommandContext } from '../command/command-context.js';
import { eventIdOf, type Step } from '../command/event-metadata.js';
import { StreamWriter } from '../command/stream-writer.js';
import type { LedgerFact } from '../contract.js';
import type { Ledger } from '../ledger/ledger.js';
import { KEY_STORE, LEDGER } from '../nest/tokens.js';
import { KeyDeclaration } from './key-declaration.js';
import {
  mayOpen,
  placeOf,
  SealedEntries,
  type SealedAbout,
  type SealedEntry,
  type SealedOfGeneration,
} from './sealed-entries.js';

type DataSealed = Extract<LedgerFact, { readonly type: 'PersonalDataSealed' }>;

/** Values that are sealed again in one append. */
const PER_APPEND = 20;

/** A sealed value that may survive the end of its generation, in clear. */
export interface Survivor {
  /** The event that references name. */
  readonly eventId: Uuid;
  readonly about: SealedAbout;
  readonly recordedAt: Instant;
  /** One per envelope. */
  readonly fields: readonly Personal<OpenedFields>[];
}

/** What ends with a scope's older generations, and what does not. */
export interface Parting {
  readonly subjectId: Uuid;
  readonly scope: Scope;
  /** The values (by the events that references name) whose generations end. */
  readonly goes: ReadonlySet<Uuid>;
  /**
   * Chooses what of everything that is sealed is sealed again. Asked anew in each turn: what another order has let go
   * meanwhile must not come back.
   */
  readonly survivors: (sealed: readonly Survivor[]) => readonly Survivor[] | Promise<readonly Survivor[]>;
  readonly context: CommandContext;
}

/** A generation from which everything that survives was sealed again. */
export interface EndingGeneration {
  readonly key: KeyInfo;
  /** Newest revision of its stream, all of it looked at; `undefined`: never written. */
  readonly revision: bigint | undefined;
}

/** A value that would be lost with its generation, because it does not open or cannot be decoded: nothing may end now. */
export class SurvivorUnreadable extends Error {
  override readonly name = 'SurvivorUnreadable';
  constructor(readonly stream: string) {
    super(`Not everything in ${stream} can be read, so nothing of it is destroyed`);
  }
}

interface Ending extends SealedOfGeneration {
  readonly key: KeyInfo;
}

/**
 * Lets single values of a scope end (`architecture.md` §3): the next generation takes over everything else, each value
 * naming the event that references mean, and the older generations may be destroyed.
 */
@Injectable()
export class NextGeneration {
  constructor(
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(LEDGER) private readonly ledger: Ledger,
    private readonly declaration: KeyDeclaration,
    private readonly writer: StreamWriter,
    private readonly entries: SealedEntries,
  ) {}

  /**
   * Answers the generations that may be destroyed now; none if nothing that goes is sealed any more. From its first
   * effect on they seal nothing, and each seal that was under way when they ended is repeated by its own process.
   * Idempotent. Throws {@link SurvivorUnreadable}, `SubjectErased` when an erasure of the scope came first,
   * `KeyStoreUnavailable`, `KeysNotReconciled`, `Unavailable`.
   */
  takeOver(parting: Parting): Promise<readonly EndingGeneration[]> {
    return this.keyStore.inTurn(parting.subjectId, () => this.takeOverInTurn(parting));
  }

  private async takeOverInTurn(parting: Parting): Promise<readonly EndingGeneration[]> {
    const target = await this.target(parting);
    if (target === undefined) return [];
    for (;;) {
      const ending = await this.generations(parting, ({ generation }) => generation < target.generation);
      const there = (await this.entries.ofGeneration(target)).entries;
      const missing = (await this.survivorsOf(parting, ending)).filter(({ eventId }) => !there.has(eventId));
      // A look that finds nothing new has seen every stream to the revision that it answers.
      if (missing.length === 0) return ending.map(({ key, revision }) => ({ key, revision }));
      for (let start = 0; start < missing.length; start += PER_APPEND) {
        await this.sealAgain(missing.slice(start, start + PER_APPEND), target, parting);
      }
    }
  }

  /** The key of the first generation that never held what goes; `undefined`: no generation holds it. */
  private async target(parting: Parting): Promise<KeyInfo | undefined> {
    const living = await this.generations(parting, () => true);
    const holding = living.filter(({ entries }) => [...parting.goes].some((id) => entries.has(id)));
    const last = holding.at(-1)?.key;
    if (last === undefined) return undefined;
    const active = living.find(({ key }) => key.state === 'active' && key.generation > last.generation);
    return active?.key ?? this.declaration.nextKeyFor(parting.subjectId, parting.scope, parting.context);
  }

  private async generations(
    { subjectId, scope }: Parting,
    isWanted: (key: KeyInfo) => boolean,
  ): Promise<Ending[]> {
    const { keys } = await this.keyStore.subjects.state(subjectId);
    const wanted = keys.filter((key) => key.scope === scope && mayOpen(key.state) && isWanted(key));
    return Promise.all(wanted.map(async (key) => ({ key, ...(await this.entries.ofGeneration(key)) })));
  }

  private async survivorsOf(parting: Parting, ending: readonly Ending[]): Promise<readonly Survivor[]> {
    const damaged = ending.find(({ isWhole }) => !isWhole);
    if (damaged !== undefined) throw new SurvivorUnreadable(damaged.key.stream);
    // Generations come in order, so the newest sealing of a value counts.
    const sealed = new Map(ending.flatMap(({ entries }) => [...entries]));
    const opened = await this.open([...sealed.values()], parting.goes);
    return parting.survivors(opened);
  }

  /** Everything in clear; of what goes only that which still opens. */
  private async open(sealed: readonly SealedEntry[], goes: ReadonlySet<Uuid>): Promise<Survivor[]> {
    const opened = await this.keyStore.subjects.openAll(sealed.flatMap(({ envelopes }) => envelopes));
    let next = 0;
    return sealed.flatMap(({ eventId, about, recordedAt, envelopes }) => {
      const parts = opened.slice(next, (next += envelopes.length));
      const fields = parts.flatMap((part) => ('fields' in part ? [part.fields] : []));
      if (fields.length === envelopes.length) return [{ eventId, about, recordedAt, fields }];
      if (goes.has(eventId)) return [];
      throw new SurvivorUnreadable(envelopes[0]?.context.stream ?? '');
    });
  }

  /** One append of deterministic events; whoever else does the same work leaves nothing to add. */
  private async sealAgain(
    survivors: readonly Survivor[],
    { stream, kid }: KeyInfo,
    { subjectId, scope, context }: Parting,
  ): Promise<void> {
    const commandId = allocatedId(context.commandId, [stream, ...survivors.map((s) => s.eventId)].join());
    const step: Step = {
      stream,
      context: { ...context, commandId, mayBeRetry: true },
      number: 0,
      subjects: [subjectId],
      isNo: true,
    };
    const { ledgerId } = this.ledger.identity();
    await this.writer.record<DataSealed>(step, async ({ events }) => {
      const known = new Set(events.map(({ data }) => (data as DataSealed['data']).origin));
      const missing = survivors.filter(({ eventId }) => !known.has(eventId));
      const items = missing.flatMap(({ fields }, index) =>
        fields.map((one, slot) => ({
          ...{ kid, fields: one.reveal() },
          context: placeOf(ledgerId, stream, eventIdOf(step, index), slot),
        })),
      );
      const envelopes = (await this.keyStore.subjects.sealAll(items)).map((one) => ({ ...one, scp: scope }));
      let next = 0;
      return missing.map(({ eventId, about, fields }) => ({
        type: 'PersonalDataSealed',
        data: { about, origin: eventId, $pd: envelopes.slice(next, (next += fields.length)) },
      }));
    });
  }
}
