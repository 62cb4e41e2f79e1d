import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal, sha256Hex } from '#kernel';
import { formStream, purposeStream } from '#register/contract';
import { subjectStream } from '#subjects/contract';
import {
  contextNow,
  daysAgo,
  declareForm,
  LABEL,
  openConsent,
  purposeData,
  registerPerson,
  type ConsentProcess,
  type DeclaredForm,
} from '../consent.harness.js';
import { consentStream } from '../contract.js';
import { Asking, type RequestAnswers } from './asking.js';

// Goal: a request can be answered while it is open, by the one who has the address, in the words that were published;
// a no always can. Method: the real write path on PostgreSQL; later days by the clock of the command.

let process: ConsentProcess;
let form: DeclaredForm;
let asking: Asking;
beforeAll(async () => {
  process = await openConsent();
  form = await declareForm(process);
  asking = process.get(Asking);
});
afterAll(() => process.close());

const inDays = (days: number): string => daysAgo(-days);
const later = (days: number) => ({ ...contextNow(), now: inDays(days) });
const say = (choice: RequestAnswers[number]['choice'], { purposeId } = form): RequestAnswers => [
  { purposeId, channel: 'email', choice },
];
const typesOf = async (subjectId: string): Promise<string[]> =>
  (await process.reader.history(consentStream(subjectId))).map(({ type }) => type);

/** Asks for the letter by e-mail, to be answered within ten days. */
async function asked(declared = form) {
  const person = await registerPerson(process);
  return { ...person, requestId: await askAgain(person, declared) };
}

/** Asks a person so; answers with the id of the request. */
async function askAgain(
  person: { readonly subjectId: string; readonly contactPointId: string },
  declared = form,
  more: { readonly supersede?: boolean } = {},
): Promise<string> {
  const { basis, purposeId } = declared;
  const input = {
    form: { formId: basis.formId, version: basis.formVersion },
    choices: [{ purposeId, channels: ['email' as const] }],
    contactPointId: person.contactPointId,
    reason: 'new-contact' as const,
    expiresAt: inDays(10),
    ...more,
  };
  const { events } = await asking.ask(person.subjectId, input, contextNow());
  return (events.find(({ type }) => type === 'ConsentRequested')?.data as { requestId: string }).requestId;
}

describe('a request for consent', () => {
  it('is open, and a yes to it is a consent for the address that was asked, proven by the words of the form', async () => {
    const { subjectId, requestId, contactPointId } = await asked();
    expect(await asking.find(subjectId, requestId, inDays(9))).toMatchObject({ state: 'open' });
    const trace = { userAgent: Personal.of('a browser') };
    const { events } = await asking.answer({ subjectId, requestId }, say('given'), trace, later(9));
    expect(events.map(({ type }) => type)).toEqual(['ConsentRequestAnswered', 'ConsentGiven']);
    expect(events[1]?.data).toMatchObject({
      contactPointIds: [contactPointId],
      proof: {
        expression: { method: 'web-button', defaultState: 'unchecked', labelSha256: sha256Hex(LABEL) },
      },
      evidence: [{ kind: 'sealed', scope: 'evidence' }],
    });
    expect(await asking.find(subjectId, requestId, inDays(9))).toMatchObject({
      state: 'answered',
      answer: { answers: say('given'), consents: [{ channel: 'email' }] },
    });
  });

  it('lapses: then a yes is declined, leaves nothing behind, and a no is recorded', async () => {
    const { subjectId, requestId } = await asked();
    expect(await asking.find(subjectId, requestId, inDays(10.01))).toMatchObject({ state: 'lapsed' });
    const trace = { userAgent: Personal.of('a late browser') };
    const yes = asking.answer({ subjectId, requestId }, say('given'), trace, later(10.01));
    await expect(yes).rejects.toMatchObject({ code: 'consent-request-expired' });
    const sealed = await process.personal.openSubject(subjectId);
    expect(sealed.filter(({ scope }) => scope === 'evidence')).toEqual([]);
    await asking.answer({ subjectId, requestId }, say('refused'), {}, later(10.02));
    expect(await typesOf(subjectId)).toContain('ConsentRefused');
    expect(await typesOf(subjectId)).not.toContain('ConsentGiven');
  });

  it('is for the address to which it went: without it a yes is declined, and a no is recorded', async () => {
    const { subjectId, requestId, contactPointId } = await asked();
    const removed = { subjectId, contactPointId, reason: 'no-longer-used', occurredAt: daysAgo(0) };
    await process.record(
      subjectStream(subjectId),
      [{ type: 'ContactPointRemoved', data: removed }],
      [subjectId],
    );
    expect(await asking.find(subjectId, requestId, inDays(1))).toMatchObject({ state: 'moved' });
    const yes = asking.answer({ subjectId, requestId }, say('given'), {}, later(1));
    await expect(yes).rejects.toMatchObject({ code: 'contact-point-unknown' });
    await asking.answer({ subjectId, requestId }, say('refused'), {}, later(1));
    expect(await typesOf(subjectId)).toContain('ConsentRefused');
  });

  it('ends with its form version: other words are another question', async () => {
    const own = await declareForm(process);
    const { subjectId, requestId } = await asked(own);
    const { formId } = own.basis;
    const retired = { formId, version: 1, validUntil: inDays(1), occurredAt: daysAgo(0) };
    await process.record(formStream(formId), [{ type: 'CollectionFormRetired', data: retired }]);
    expect(await asking.find(subjectId, requestId, inDays(2))).toMatchObject({ state: 'ended' });
    const yes = asking.answer({ subjectId, requestId }, say('given', own), {}, later(2));
    await expect(yes).rejects.toMatchObject({ code: 'collection-form-version-not-valid-then' });
  });

  it('is put once at a time, unless the newer one takes its place: then a yes counts by the newer alone', async () => {
    const { requestId, ...person } = await asked();
    const { subjectId } = person;
    await expect(askAgain(person)).rejects.toMatchObject({
      ...{ code: 'consent-request-open', about: { requestId } },
    });
    const newer = await askAgain(person, form, { supersede: true });
    expect(await asking.find(subjectId, requestId, inDays(1))).toMatchObject({ state: 'superseded' });
    const trace = { userAgent: Personal.of('an old link') };
    const yes = asking.answer({ subjectId, requestId }, say('given'), trace, later(1));
    await expect(yes).rejects.toMatchObject({ code: 'consent-request-superseded' });
    await asking.answer({ subjectId, requestId }, say('refused'), {}, later(2));
    expect(await typesOf(subjectId)).toContain('ConsentRefused');
    await asking.answer({ subjectId, requestId: newer }, say('given'), {}, later(3));
    expect(await typesOf(subjectId)).toContain('ConsentGiven');
  });

  it('that nobody can say yes to any more stands against no new one', async () => {
    const own = await declareForm(process);
    const { requestId: _, ...person } = await asked(own);
    const { formId } = own.basis;
    const retired = { formId, version: 1, validUntil: daysAgo(0), occurredAt: daysAgo(0) };
    await process.record(formStream(formId), [{ type: 'CollectionFormRetired', data: retired }]);
    await process.record(formStream(formId), [await nextVersion(formId)]);
    const offered = { ...own, basis: { ...own.basis, formVersion: 2 } };
    await expect(askAgain(person, offered)).resolves.toEqual(expect.any(String));
  });

  it('of nobody whom the ledger asked is none, and a no to it is recorded all the same', async () => {
    const { subjectId } = await registerPerson(process);
    const requestId = randomUUID();
    expect(await asking.find(subjectId, requestId, inDays(0))).toBeUndefined();
    const yes = asking.answer({ subjectId, requestId }, say('given'), {}, contextNow());
    await expect(yes).rejects.toMatchObject({ code: 'consent-request-unknown' });
    await asking.answer({ subjectId, requestId }, say('refused'), {}, contextNow());
    expect(await typesOf(subjectId)).toEqual(['ConsentRefused']);
  });

  it('asks for everything that the form offers, unless some of it is named', async () => {
    const own = await declareForm(process);
    const wider = { ...purposeData(own.purposeId, own.controllerId, ['email', 'post'], daysAgo(90)) };
    await process.record(purposeStream(own.purposeId), [{ type: 'PurposeRevised', data: wider }]);
    const { subjectId, contactPointId } = await registerPerson(process);
    const { formId } = own.basis;
    const input = {
      form: { formId, version: 1 },
      contactPointId,
      reason: 'new-contact',
      expiresAt: inDays(5),
    } as const;
    const { events } = await asking.ask(subjectId, input, contextNow());
    expect(events[0]?.data).toMatchObject({ asks: [{ channel: 'email' }, { channel: 'post' }] });
  });
});

/** Version 2 of a published form, with the words of the first. */
async function nextVersion(formId: string) {
  const history = await process.reader.history(formStream(formId));
  const first = history.find(({ type }) => type === 'CollectionFormPublished')?.data as object;
  return { type: 'CollectionFormPublished', data: { ...first, version: 2 } };
}
