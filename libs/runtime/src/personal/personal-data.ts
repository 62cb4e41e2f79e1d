import { Inject, Injectable } from '@nestjs/common';
import { StreamClosed } from '#event-store';
import type { EvidenceRef } from '#event-store/contract';
import { Personal, type JsonObject, type Scope, type Uuid } from '#kernel';
import {
  KeyNotActive,
  SubjectErased,
  type KeyInfo,
  type KeyStore,
  type Opened,
  type PersonalFields,
} from '#subject-keys';
import type { CommandContext } from '../command/command-context.js';
import { eventIdOf, type Step } from '../command/event-metadata.js';
import { StreamWriter } from '../command/stream-writer.js';
import type { LedgerFact } from '../contract.js';
import type { Ledger } from '../ledger/ledger.js';
import { KEY_STORE, LEDGER } from '../nest/tokens.js';
import { KeyDeclaration } from './key-declaration.js';
import {
  SealedEntries,
  placeOf,
  type SealedAbout,
  type SealedEntry,
  type SealedOfSubject,
} from './sealed-entries.js';

type DataSealed = Extract<LedgerFact, { readonly type: 'PersonalDataSealed' }>;

/** Generations that one seal lives through before it gives up; each ends by somebody's order. */
const MAX_GENERATIONS = 5;

/** People whose streams are read at the same time. */
const PARALLEL_SUBJECTS = 8;

/** Personal values of one act, to be sealed before the fact that points at them is recorded. */
export interface SealRequest {
  readonly subjectId: Uuid;
  readonly scope: Scope;
  readonly about: SealedAbout;
  readonly fields: PersonalFields;
  readonly context: CommandContext;
  /** Number of this step within its command. */
  readonly step: number;
  /** Tells several seals of one step apart. */
  readonly label?: string;
  /** `external`: what is sealed is the locator and hash of a recording or scan that lies in another system. */
  readonly kind?: EvidenceRef['kind'];
  /** The act is a "no": an unreadable stream is no obstacle. */
  readonly isNo?: boolean;
}

/** What a fact points at, and of whom. */
export interface PersonalRef {
  readonly subjectId: Uuid;
  readonly ref: EvidenceRef;
}

/** What became of sealed values: the fields; the person is erased; something is wrong; there is no such event. */
export type OpenedPersonal = Opened | { readonly missing: true };

/** Sealed values of a person with what stands in clear beside them. */
export interface OpenedEntry {
  /** The event that references name. */
  readonly eventId: Uuid;
  readonly about: SealedAbout;
  readonly scope: Scope;
  readonly opened: Opened;
}

/** Seals and opens personal values: they stand in personal streams only, under a key that dies with an erasure. */
@Injectable()
export class PersonalData {
  constructor(
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(LEDGER) private readonly ledger: Ledger,
    private readonly declaration: KeyDeclaration,
    private readonly writer: StreamWriter,
    private readonly entries: SealedEntries,
  ) {}

  /**
   * Seals the fields in the person's personal stream of that scope and answers the reference to put into the fact.
   * Idempotent per (command, step, label): a retry finds its event. An orphan is harmless and dies with its key.
   * Values that met the end of a generation are sealed again in the next one, so no change of generation loses them.
   * Throws `SubjectErased`, `KeyStoreUnavailable`, `KeysNotReconciled`, `Unavailable`.
   */
  async seal(request: SealRequest): Promise<EvidenceRef> {
    const { subjectId, scope, context } = request;
    for (let generation = 1; ; generation += 1) {
      const key = await this.declaration.keyFor(subjectId, scope, context);
      try {
        const ref = await this.sealUnder(key, request);
        // Nobody has to look into a generation that ended for what came after its end.
        if (await this.keyStore.subjects.isActive(key.kid)) return ref;
      } catch (error) {
        if (!hasEnded(error) || generation >= MAX_GENERATIONS) throw error;
      }
    }
  }

  private async sealUnder({ stream, kid }: KeyInfo, request: SealRequest): Promise<EvidenceRef> {
    const { subjectId, scope, about, fields, context, label, kind = 'sealed', isNo = false } = request;
    const step: Step = {
      stream,
      context,
      number: request.step,
      subjects: [subjectId],
      isNo,
      isUnconditional: true,
      ...(label === undefined ? {} : { label }),
    };
    const id = eventIdOf(step, 0);
    await this.writer.record<DataSealed>(step, async () => {
      const place = placeOf(this.ledger.identity().ledgerId, stream, id, 0);
      const [envelope] = await this.keyStore.subjects.sealAll([{ kid, context: place, fields }]);
      if (envelope === undefined) throw new Error('The key store sealed nothing');
      return [{ type: 'PersonalDataSealed', data: { about, $pd: [{ ...envelope, scp: scope }] } }];
    });
    return { kind, scope, eventId: id };
  }

  /**
   * Opens what references point at, in their order. Values that were sealed again are found under their first event.
   * Whether a key still lives is asked afresh in this call. Throws `KeyStoreUnavailable`, `KeysNotReconciled`,
   * `Unavailable`.
   */
  async open(refs: readonly PersonalRef[]): Promise<OpenedPersonal[]> {
    const scopesOf = new Map<Uuid, Set<string>>();
    for (const { subjectId, ref } of refs) {
      scopesOf.set(subjectId, (scopesOf.get(subjectId) ?? new Set()).add(ref.scope));
    }
    const sealed = new Map<Uuid, SealedOfSubject>();
    await inParts([...scopesOf], async ([subjectId, scopes]) => {
      sealed.set(subjectId, await this.entries.of(subjectId, (scope) => scopes.has(scope)));
    });
    const found = refs.map(({ subjectId, ref }) => sealed.get(subjectId)?.entries.get(ref.eventId));
    const opened = await this.openEntries(found.filter((entry) => entry !== undefined));
    return refs.map(({ subjectId, ref }, index) => {
      const entry = found[index];
      return (entry && opened.get(entry)) ?? absence(sealed.get(subjectId), ref.scope);
    });
  }

  /** Of each reference its member `value`, where it opens; else `undefined`. Throws as {@link open}. */
  async values(refs: readonly PersonalRef[]): Promise<(Personal<string> | undefined)[]> {
    return (await this.open(refs)).map((entry) => {
      const value = 'fields' in entry ? entry.fields.reveal()['value'] : undefined;
      return typeof value === 'string' ? Personal.of(value) : undefined;
    });
  }

  /** Everything of a person that is sealed and not erased, oldest first within each scope. */
  async openSubject(subjectId: Uuid): Promise<OpenedEntry[]> {
    const entries = [...(await this.entries.of(subjectId, () => true)).entries.values()];
    const opened = await this.openEntries(entries);
    return entries.map((entry) => ({
      eventId: entry.eventId,
      about: entry.about,
      scope: entry.scope,
      opened: opened.get(entry) ?? { unreadable: 'malformed' },
    }));
  }

  private async openEntries(entries: readonly SealedEntry[]): Promise<Map<SealedEntry, Opened>> {
    const distinct = [...new Set(entries)];
    const opened = await this.keyStore.subjects.openAll(distinct.flatMap(({ envelopes }) => envelopes));
    let next = 0;
    return new Map(
      distinct.map((entry) => {
        const parts = opened.slice(next, next + entry.envelopes.length);
        next += parts.length;
        return [entry, merged(parts)];
      }),
    );
  }
}

/** The generation ended between the choice of its key and the append: the next one takes the values. */
function hasEnded(error: unknown): boolean {
  return error instanceof KeyNotActive || error instanceof SubjectErased || error instanceof StreamClosed;
}

/** The envelopes of one event together: one that does not open speaks for all. */
function merged(parts: readonly Opened[]): Opened {
  const fields: JsonObject[] = [];
  for (const part of parts) {
    if (!('fields' in part)) return part;
    fields.push(part.fields.reveal());
  }
  return { fields: Personal.of(Object.assign({}, ...fields) as JsonObject) };
}

function absence(sealed: SealedOfSubject | undefined, scope: Scope): OpenedPersonal {
  if (sealed?.erasedScopes.has(scope) === true) return { erased: true };
  return sealed?.damagedScopes.has(scope) === true ? { unreadable: 'malformed' } : { missing: true };
}

async function inParts<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += PARALLEL_SUBJECTS) {
    await Promise.all(items.slice(start, start + PARALLEL_SUBJECTS).map(work));
  }
}
