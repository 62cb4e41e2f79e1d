import { Injectable } from '@nestjs/common';
import { SayingYes, type ActInput } from '#consent';
import type { ConsentEvent } from '#consent/contract';
import type { LedgerEvent } from '#event-store';
import { allocatedId, defined, Rejection, type Audience } from '#kernel';
import {
  formStream,
  purposeStream,
  type CollectionFormVersion,
  type RegisterEvent,
} from '#register/contract';
import { LedgerReader, type CommandContext, type Outcome } from '#runtime';
import type { ContactInput } from '#subjects';
import {
  assertCanBeCaptured,
  capturedPurposeOf,
  formVersionOf,
  type CapturedChoice,
} from '../domain/capture-rules.js';
import { ServedForms } from './served-forms.js';
import { SignedUpPeople, type SignedUp } from './signed-up-person.js';

/** Days in which a sign-up is confirmed, where its form asks for that: long enough for a weekend away from the mailbox. */
const DAYS_TO_CONFIRM = 3;
const DAY_MS = 86_400_000;

/** A submitted sign-up form. */
export interface Capture {
  readonly contactPoints: readonly ContactInput[];
  readonly form: { readonly formId: string; readonly version: number };
  /** Says when the form was served. */
  readonly servedToken?: string;
  readonly choices: readonly CapturedChoice[];
  readonly audience: Audience;
  readonly act: Omit<ActInput, 'basis'>;
}

/** A recorded sign-up. */
export interface Captured {
  /** Id of the act in the ledger; it leads nobody to the person. */
  readonly captureId: string;
  readonly subjectId: string;
  readonly created: boolean;
  readonly outcome: Outcome<ConsentEvent>;
}

/** Sign-ups: who it is, and what was chosen, in one retry-safe act. All choices stand in one append. */
@Injectable()
export class Captures {
  constructor(
    private readonly people: SignedUpPeople,
    private readonly yes: SayingYes,
    private readonly reader: LedgerReader,
    private readonly served: ServedForms,
  ) {}

  /**
   * Records a sign-up. Rejects as a registration and as `CaptureChoices`, and `served-token-invalid`; a declined one
   * registers nobody. Under 15 years a form is not enough (LIL Art. 45): `proof-incomplete`.
   */
  async record(capture: Capture, context: CommandContext): Promise<Captured> {
    const { contactPoints, form, choices, audience, act } = capture;
    // The choices are a command of their own, derived from this one, so that their steps never meet a registration's.
    const own = { ...context, commandId: allocatedId(context.commandId, 'capture') };
    const signedUp = signedUpOf(audience, act);
    const request = `${own.commandId}/0`;
    const [servedAt, version] = await Promise.all([this.servedAt(capture), this.versionOf(form)]);
    let person = await this.people.ofEarlierAttempt(signedUp, contactPoints, request, context);
    if (person === undefined) {
      await this.assertCanStand(capture, version, context);
      person = await this.people.of(signedUp, contactPoints, context);
    }
    const basis = { formId: form.formId, formVersion: form.version };
    const confirmBy =
      version?.method === 'double-opt-in'
        ? await this.confirmBy(person.subjectId, contactPoints, context)
        : undefined;
    const input = { ...act, basis, ...(servedAt && { servedAt }), ...(confirmBy && { confirmBy }) };
    const outcome = await this.yes.capture(person.subjectId, input, choices, own);
    return { ...person, captureId: allocatedId(own.commandId, 'act'), outcome };
  }

  private async servedAt({ servedToken, form, act }: Capture): Promise<string | undefined> {
    return servedToken === undefined ? undefined : this.served.servedAt(servedToken, form, act.occurredAt);
  }

  private async versionOf({ formId, version }: Capture['form']): Promise<CollectionFormVersion | undefined> {
    return formVersionOf(registerEvents(await this.reader.history(formStream(formId))), version);
  }

  /** By a link to the first address of the form, within a few days. */
  private async confirmBy(subjectId: string, inputs: readonly ContactInput[], context: CommandContext) {
    const contactPointId = await this.people.mailboxOf(subjectId, inputs, context);
    const expiresAt = new Date(Date.parse(context.now) + DAYS_TO_CONFIRM * DAY_MS).toISOString();
    return contactPointId && { contactPointId, expiresAt };
  }

  private async assertCanStand(
    { contactPoints, choices, audience, act }: Capture,
    form: CollectionFormVersion | undefined,
    context: CommandContext,
  ): Promise<void> {
    if (act.age === 'under-15') {
      throw new Rejection('proof-incomplete', 'Minor and parent consent together.', '/ageAssertion');
    }
    const given = choices.filter(({ choice }) => choice === 'given').map(({ purposeId }) => purposeId);
    const purposeIds = [...new Set(given)];
    const histories = await this.reader.many(purposeIds.map(purposeStream));
    const { occurredAt } = act;
    const purposes = new Map(
      purposeIds.map((id, index) => [id, capturedPurposeOf(registerEvents(histories[index]), occurredAt)]),
    );
    const hasMailbox = contactPoints.some(({ kind }) => kind === 'email');
    assertCanBeCaptured({ form, choices, audience, hasMailbox, occurredAt, purposes }, context.now);
  }
}

function signedUpOf(audience: Audience, { source, occurredAt }: Capture['act']): SignedUp {
  const { kind, campaignId, importId } = source;
  return { audience, collection: 'direct', source: defined({ kind, campaignId, importId }), occurredAt };
}

function registerEvents(history: readonly LedgerEvent[] = []): readonly (LedgerEvent & RegisterEvent)[] {
  return history as readonly (LedgerEvent & RegisterEvent)[];
}
