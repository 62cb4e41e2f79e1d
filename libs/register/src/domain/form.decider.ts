import { canonicalJson, Rejection, type Command, type Decider, type Instant, type Language } from '#kernel';
import type { CollectionFormVersion, RegisterEvent } from '../contract.js';
import {
  consumerCallOffers,
  requireDistinctWords,
  requireOfferable,
  requirePositiveAct,
  type CollectionFormProposal,
  type OfferedPurpose,
} from './form-rules.js';
import { refuseFuture } from './occurred.js';
import { refusePersonalData } from './personal-data-detector.js';
import { requireCompletePhoneRequest } from './phone-request.js';

/** Facts of one `form-<uuid>` stream. */
export type FormEvent = Extract<RegisterEvent, { type: 'CollectionFormPublished' | 'CollectionFormRetired' }>;
type PublishedForm = Extract<FormEvent, { type: 'CollectionFormPublished' }>['data'];
type RetiredForm = Extract<FormEvent, { type: 'CollectionFormRetired' }>['data'];

/** Keeps a version of a collection form as people see it (Art. 7(1); CNIL délib. 2020-092). */
export type PublishCollectionForm = Command<
  'PublishCollectionForm',
  {
    readonly form: CollectionFormProposal;
    readonly occurredAt: Instant;
    /** The texts of the notice version that the form names; `undefined` if it was never published. */
    readonly noticeTexts: readonly { readonly language: Language; readonly sha256: string }[] | undefined;
    /** The offered purposes as they stand; a missing one is unknown. */
    readonly purposes: readonly OfferedPurpose[];
  }
>;
/** Says until when a version is shown. */
export type RetireCollectionForm = Command<'RetireCollectionForm', RetiredForm>;
export type FormCommand = PublishCollectionForm | RetireCollectionForm;

/** The versions of one form, and when the retired ones ended. */
export interface FormState {
  readonly versions: ReadonlyMap<number, PublishedForm>;
  readonly ends: ReadonlyMap<number, Instant>;
}

/**
 * Collection forms: each version stays as it was shown. Rejects: `collection-form-unknown`,
 * `collection-form-version-exists`, `collection-form-version-not-valid-then`, `consent-was-pre-ticked`,
 * `consent-without-words`, `offer-repeated`, `purpose-unknown`, `purpose-retired`, `lawful-basis-is-not-consent`,
 * `channel-not-offered`, `notice-unknown`, `notice-language-unknown`, `proof-incomplete`, `phone-request-incomplete`,
 * `consent-period-too-long`, `version-skips`,
 * `personal-data-in-text`, `occurred-in-the-future`.
 */
export const formDecider: Decider<FormCommand, FormEvent, FormState> = {
  initialState: { versions: new Map(), ends: new Map() },
  decide: (command, state) => {
    switch (command.type) {
      case 'PublishCollectionForm':
        return publishCollectionForm(command, state);
      case 'RetireCollectionForm':
        return retireCollectionForm(command, state);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'CollectionFormPublished':
        return state.versions.has(event.data.version)
          ? state
          : { ...state, versions: new Map(state.versions).set(event.data.version, event.data) };
      case 'CollectionFormRetired':
        return { ...state, ends: earlierEnd(state.ends, event.data) };
    }
  },
};

function publishCollectionForm({ data, metadata }: PublishCollectionForm, state: FormState): FormEvent[] {
  const { form, occurredAt, purposes } = data;
  refuseFuture(occurredAt, metadata.now);
  const defaultState = requirePositiveAct(form);
  requirePeriod(form);
  const notice = { ...form.notice, sha256: requireNoticeText(data) };
  const published: PublishedForm = { ...form, defaultState, notice, occurredAt };
  const known = state.versions.get(form.version);
  if (known !== undefined && isSameForm(known, published)) return [];
  requireNextVersion(form.version, state);
  requireDistinctWords(form);
  requireOfferable(form, purposes);
  requireCompletePhoneRequest(form, consumerCallOffers(form, purposes));
  refusePersonalData(form);
  return [{ type: 'CollectionFormPublished', data: published }];
}

/** The earliest end stands: a form that is gone does not come back under the same version. */
function retireCollectionForm({ data, metadata }: RetireCollectionForm, state: FormState): FormEvent[] {
  refuseFuture(data.occurredAt, metadata.now);
  const version = state.versions.get(data.version);
  if (version === undefined) {
    throw new Rejection('collection-form-unknown', 'No such version of a form with this id', '/version');
  }
  const end = formEnd(state, data.version);
  return end !== undefined && end <= data.validUntil ? [] : [{ type: 'CollectionFormRetired', data }];
}

/** Until when a version is shown, as far as is known. */
export function formEnd({ versions, ends }: FormState, version: number): Instant | undefined {
  const planned = versions.get(version)?.validUntil;
  const retired = ends.get(version);
  if (planned === undefined || retired === undefined) return planned ?? retired;
  return planned < retired ? planned : retired;
}

function earlierEnd(ends: FormState['ends'], { version, validUntil }: RetiredForm): FormState['ends'] {
  const known = ends.get(version);
  return known !== undefined && known <= validUntil ? ends : new Map(ends).set(version, validUntil);
}

function requirePeriod({ validFrom, validUntil }: CollectionFormProposal): void {
  if (validUntil !== undefined && validUntil <= validFrom) {
    const detail = 'The version ends before it begins';
    throw new Rejection('collection-form-version-not-valid-then', detail, '/validUntil');
  }
}

/** What the person could read is fixed by the hash of the notice in the language of the form. */
function requireNoticeText({ form, noticeTexts }: PublishCollectionForm['data']): string {
  if (noticeTexts === undefined) {
    throw new Rejection('notice-unknown', 'No such version of a notice with this id', '/notice');
  }
  const text = noticeTexts.find(({ language }) => language === form.language);
  if (text === undefined) {
    throw new Rejection('notice-language-unknown', 'The notice has no text in this language', '/language');
  }
  return text.sha256;
}

function requireNextVersion(version: number, { versions }: FormState): void {
  const next = Math.max(0, ...versions.keys()) + 1;
  if (next === 1 && version !== 1) {
    throw new Rejection('collection-form-unknown', 'No form with this id', '/formId');
  }
  if (version !== next) {
    const detail = `The next version is ${String(next)}`;
    const code = version > next ? 'version-skips' : 'collection-form-version-exists';
    throw new Rejection(code, detail, '/version');
  }
}

function isSameForm(known: CollectionFormVersion, again: CollectionFormVersion): boolean {
  const content = ({ occurredAt: _, ...rest }: CollectionFormVersion & { occurredAt?: Instant }): string =>
    canonicalJson(rest);
  return content(known) === content(again);
}
