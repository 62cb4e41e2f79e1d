import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { EvidenceRef } from '#event-store/contract';
import { addDays, allocatedId, defined, parisDay, type Clock, type JsonObject } from '#kernel';
import type { RecipientData } from '#register/contract';
import { CLOCK, ERASER, KEY_STORE, PersonalData, type CommandContext, type EraserParts } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { endingsOf } from '../domain/destructions.js';
import { isOverdue, isSettled, type Package } from '../domain/notifications.js';
import { findBy, replyAddressOf, type KnownAddress } from '../domain/recipient-package.js';
import { destructionOf, erasureOf } from '../domain/rights-state.js';
import {
  erasedContactPointIds,
  restrictionsAgainst,
  valueErasureOf,
} from '../domain/value-erasure-decisions.js';
import { KeyDestruction } from './key-destruction.js';
import { RecipientDirectory } from './recipient-directory.js';
import { EndNotificationCommand, FailRecipientCommand, PrepareRecipientsCommand } from './rights.commands.js';
import { RightsFactsReader, type RightsFacts } from './rights-facts.js';
import { systemContext } from './system-context.js';
import { ValueClaims } from './value-claims.js';

/** Days in which a recipient must answer, where the operator says nothing else: the month of Art. 12(3). */
const DAYS_TO_ANSWER = 30;

/**
 * Tells recipients of an erasure (Art. 19): before the keys die, what each needs is sealed in the scope `notification`;
 * when all have answered, or their day has passed, that scope dies as well. Every step may be repeated.
 */
@Injectable()
export class RecipientNotification {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly directory: RecipientDirectory,
    private readonly claims: ValueClaims,
    private readonly personal: PersonalData,
    private readonly destruction: KeyDestruction,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(ERASER) private readonly eraser: EraserParts | undefined,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Seals what each recipient concerned needs, for an erasure whose keys live. Where nobody is concerned nothing is. */
  async prepare(subjectId: string, erasureId: string): Promise<void> {
    const { state, rights } = await this.facts.of(subjectId);
    const isReady = erasureOf(state, erasureId)?.progress === 'suppression-prepared';
    if (!isReady || state.restrictions.length > 0) return;
    const recipients = await this.concerned(subjectId, erasureId, rights);
    if (recipients.length === 0) return;
    const addresses = await this.addresses(subjectId, erasedContactPointIds(state));
    await this.sealPackages(subjectId, erasureId, recipients, { addresses, replyTo: addresses });
  }

  /**
   * The same for an erasure of single values: each recipient is told which, as far as they open, and that it is only
   * these. It may know the person by the very value that goes.
   */
  async prepareValues(subjectId: string, erasureId: string): Promise<void> {
    const { state, rights } = await this.facts.of(subjectId);
    const erasure = valueErasureOf(state, erasureId);
    const isReady = erasure?.isSuppressionPrepared === true && destructionOf(state, erasureId) === undefined;
    if (!isReady || restrictionsAgainst(erasure, state).length > 0) return;
    const goes = new Set(erasure.order.values.flatMap(({ contactPointId }) => contactPointId ?? []));
    const values = await this.addresses(subjectId, new Set(), goes);
    const recipients = values.length > 0 ? await this.concerned(subjectId, erasureId, rights) : [];
    if (recipients.length === 0) return;
    const replyTo = await this.addresses(subjectId, erasedContactPointIds(state));
    const addresses = [...replyTo, ...values];
    await this.sealPackages(subjectId, erasureId, recipients, { addresses, replyTo, values });
  }

  /** Who may have received data of the person when the erasure was ordered. */
  private async concerned(
    subjectId: string,
    erasureId: string,
    rights: RightsFacts['rights'],
  ): Promise<readonly RecipientData[]> {
    const ordered = rights.find(
      ({ type, data }) =>
        (type === 'ErasureOrdered' || type === 'ValueErasureOrdered') && data.erasureId === erasureId,
    );
    if (ordered === undefined) return [];
    const consent = await this.facts.consentHistory(subjectId);
    const consented = new Set([...consent.yes.keys()].map((question) => question.split(' ')[0] ?? ''));
    return this.directory.concerned(consented, ordered.position);
  }

  private async sealPackages(
    subjectId: string,
    erasureId: string,
    recipients: readonly RecipientData[],
    { addresses, replyTo, values }: PackageContents,
  ): Promise<void> {
    const reply = replyAddressOf(replyTo);
    const replyAddress = reply && (await this.sealReply(subjectId, erasureId, reply));
    const dueBy = addDays(parisDay(this.clock.now()), this.eraser?.notificationDays ?? DAYS_TO_ANSWER);
    const packages: Package[] = [];
    for (const recipient of recipients) {
      const by = findBy(recipient, addresses);
      const fields = { findBy: by.map(plain), ...(values && { values: values.map(plain) }) };
      const isEmpty = by.length === 0 && values === undefined;
      const sealed = isEmpty ? undefined : await this.sealPackage(subjectId, erasureId, recipient, fields);
      const { recipientId, howTold } = recipient;
      packages.push(
        defined({ erasureId, subjectId, recipientId, howTold, package: sealed, replyAddress, dueBy }),
      );
    }
    const data = { erasureId, subjectId, packages };
    const context = this.at(erasureId, 'recipients');
    await this.bus.execute(new PrepareRecipientsCommand({ type: 'PrepareRecipients', data }, context));
  }

  /** Says who is late, and ends what was kept for recipients when none of them needs it any more. */
  async settle(subjectId: string): Promise<void> {
    const { state } = await this.facts.of(subjectId);
    if (state.notifications.length === 0) return;
    const failedAt = this.clock.now();
    for (const { prepared } of state.notifications.filter((one) => isOverdue(one, parisDay(failedAt)))) {
      const { erasureId, recipientId } = prepared;
      // A recipient that was told before the point of no return is told by an erasure that goes on.
      if (destructionOf(state, erasureId) === undefined) continue;
      const data = { erasureId, subjectId, recipientId, failedAt, reason: 'no-answer-in-time' as const };
      const context = this.at(erasureId, `late ${recipientId}`);
      await this.bus.execute(new FailRecipientCommand({ type: 'FailRecipient', data }, context));
    }
    await this.end(subjectId);
  }

  /** Everybody has answered or failed: the scope `notification` dies, as part of the newest of the erasures. */
  private async end(subjectId: string): Promise<void> {
    const { state } = await this.facts.of(subjectId);
    const { notifications } = state;
    const isBegun = notifications.every((one) => destructionOf(state, one.prepared.erasureId));
    const erasureId = notifications.at(-1)?.prepared.erasureId;
    if (erasureId === undefined || !isBegun || !notifications.every(isSettled)) return;
    await this.startEnd(subjectId, erasureId);
    const { state: now } = await this.facts.of(subjectId);
    const endings = endingsOf(destructionOf(now, erasureId), ['notification']);
    await this.destruction.destroy({ subjectId, erasureId }, endings);
  }

  private async startEnd(subjectId: string, erasureId: string): Promise<void> {
    const { keys } = await this.keyStore.subjects.state(subjectId);
    const living = keys.filter(({ scope, state }) => scope === 'notification' && state !== 'shredded');
    if (living.length === 0) return;
    const data = {
      ...{ erasureId, subjectId, scopes: [], covers: [] },
      keys: living.map(({ kid, fp, generation, stream }) => ({
        ...{ kid, fp, generation, stream, scope: 'notification' as const },
      })),
    };
    const context = this.at(erasureId, 'end notification');
    await this.bus.execute(new EndNotificationCommand({ type: 'EndNotification', data }, context));
  }

  /** Standing addresses of the person but these, or only these, standing or not; as far as they open. */
  private async addresses(
    subjectId: string,
    but: ReadonlySet<string>,
    only?: ReadonlySet<string>,
  ): Promise<readonly KnownAddress[]> {
    const places = (await this.claims.places(subjectId)).filter(({ isStanding, contactPointId: id, kind }) =>
      only === undefined ? isStanding && kind !== 'name' && !but.has(id) : only.has(id),
    );
    const values = await this.personal.values(places.map(({ value }) => ({ subjectId, ref: value })));
    return places.flatMap(({ kind, system }, index) => {
      const value = values[index]?.reveal();
      return value === undefined ? [] : [defined({ kind, system, value })];
    });
  }

  private sealPackage(
    subjectId: string,
    erasureId: string,
    { recipientId }: RecipientData,
    fields: JsonObject,
  ): Promise<EvidenceRef> {
    const context = this.at(erasureId, `package ${recipientId}`);
    const request = { subjectId, scope: 'notification', about: 'recipient-package', step: 1 } as const;
    return this.personal.seal({ ...request, fields, context });
  }

  private sealReply(subjectId: string, erasureId: string, reply: KnownAddress): Promise<EvidenceRef> {
    const context = this.at(erasureId, 'reply address');
    const request = { subjectId, scope: 'notification', about: 'reply-address', step: 1 } as const;
    return this.personal.seal({ ...request, fields: { ...reply }, context });
  }

  private at(erasureId: string, step: string): CommandContext {
    return systemContext(allocatedId(erasureId, step), this.clock, erasureId);
  }
}

/** What packages are made of. */
interface PackageContents {
  /** By which recipients may know the person. */
  readonly addresses: readonly KnownAddress[];
  /** Where the person can be answered. */
  readonly replyTo: readonly KnownAddress[];
  /** What alone is to be erased; absent: the person. */
  readonly values?: readonly KnownAddress[];
}

function plain(address: KnownAddress): JsonObject {
  return { ...address };
}
