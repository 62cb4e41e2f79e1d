import { Inject, Injectable } from '@nestjs/common';
import { consentStream } from '#consent/contract';
import { allocatedId, type Uuid } from '#kernel';
import { KEY_STORE, LedgerReader, type CommandContext } from '#runtime';
import type { ContactValue, KeyStore } from '#subject-keys';
import { ContactValues, SubjectFacts, SubjectRegistration, type ContactInput } from '#subjects';

/** What a sign-up says of the person, as a registration keeps it. */
export type SignedUp = Parameters<SubjectRegistration['register']>[0];

/** Who signed up. */
export interface SignedUpPerson {
  readonly subjectId: Uuid;
  readonly created: boolean;
}

/** Kinds by which one person is recognised; a postal address alone is a household's. */
const TELLING: readonly ContactValue['kind'][] = ['email', 'phone', 'external-id'];

/**
 * Who signed up: the one person who has every address of the form, else a new one, in relation to those who share
 * some. A consent must cover no address that the form did not name, so nobody is taken who has only part of them.
 */
@Injectable()
export class SignedUpPeople {
  constructor(
    private readonly registration: SubjectRegistration,
    private readonly values: ContactValues,
    private readonly facts: SubjectFacts,
    private readonly reader: LedgerReader,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /**
   * Finds or registers the person. Rejects: `contact-point-invalid`, `external-id-of-another-subject`,
   * `occurred-in-the-future`.
   */
  async of(
    signedUp: SignedUp,
    inputs: readonly ContactInput[],
    context: CommandContext,
  ): Promise<SignedUpPerson> {
    const { claims, found } = await this.look(inputs, context);
    const one = personWithAll(claims, found);
    if (one !== undefined) return { subjectId: one, created: false };
    const onMatch = found.flat().length === 0 ? 'reuse-single' : 'create-and-link';
    return this.register(signedUp, inputs, onMatch, context);
  }

  /**
   * The person for whom an earlier attempt recorded its choices under `captureRequest`, or whom it registered, whoever
   * shares the addresses by now; what that attempt left undone of the registration is done. `undefined`: there was none.
   */
  async ofEarlierAttempt(
    signedUp: SignedUp,
    inputs: readonly ContactInput[],
    captureRequest: string,
    context: CommandContext,
  ): Promise<SignedUpPerson | undefined> {
    if (!context.mayBeRetry) return undefined;
    const own = allocatedId(context.commandId, 'subject');
    if ((await this.facts.of(own)).isRegistered) {
      return this.register(signedUp, inputs, 'create-and-link', context);
    }
    const { found } = await this.look(inputs, context);
    for (const subjectId of new Set(found.flat())) {
      const history = await this.reader.history(consentStream(subjectId));
      if (history.some(({ metadata }) => metadata.req === captureRequest))
        return { subjectId, created: false };
    }
    return undefined;
  }

  /** The contact point by which the person has the first mailbox of the form; `undefined`: it names none of theirs. */
  async mailboxOf(
    subjectId: string,
    inputs: readonly ContactInput[],
    context: CommandContext,
  ): Promise<string | undefined> {
    const [mailbox] = this.values.prepare(inputs, context).filter(({ kind }) => kind === 'email');
    if (mailbox?.claim === undefined) return undefined;
    const [holders = []] = await this.keyStore.claims.findLivePoints([mailbox.claim]);
    return holders.find((holder) => holder.subjectId === subjectId)?.contactPointId;
  }

  private async look(inputs: readonly ContactInput[], context: CommandContext) {
    const contacts = this.values.prepare(inputs, context);
    const claims = contacts.flatMap(({ claim }) => (claim === undefined ? [] : [claim]));
    return { claims, found: await this.keyStore.claims.findLive(claims) };
  }

  private async register(
    signedUp: SignedUp,
    inputs: readonly ContactInput[],
    onMatch: 'reuse-single' | 'create-and-link',
    context: CommandContext,
  ): Promise<SignedUpPerson> {
    const { subjectId, created } = await this.registration.register(signedUp, inputs, onMatch, context);
    return { subjectId, created };
  }
}

/** The only person who has all of these values. */
function personWithAll(
  claims: readonly ContactValue[],
  found: readonly (readonly Uuid[])[],
): Uuid | undefined {
  if (!claims.some(({ kind }) => TELLING.includes(kind))) return undefined;
  const [first = [], ...others] = found;
  const all = first.filter((subjectId) => others.every((some) => some.includes(subjectId)));
  return all.length === 1 ? all[0] : undefined;
}
