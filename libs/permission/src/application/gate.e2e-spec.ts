import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ContactStates } from '#contacts';
import { PastMoments } from '#http';
import type { EventCodec } from '#event-store';
import type { Clock } from '#kernel';
import { AuditCopy, CLOCK, CODEC, LedgerReader, StoredCheckpoints } from '#runtime';
import { anyHistory } from '../../../contacts/src/any-history.fixture.js';
import { consentGiven, saidNo } from '../../../contacts/src/consent-facts.fixture.js';
import { appendFacts, day, PURPOSES } from '../../../contacts/src/contacts.fixture.js';
import { purposeFact } from '../../../contacts/src/register-facts.fixture.js';
import { pointAdded, registered } from '../../../contacts/src/subject-facts.fixture.js';
import { openContactsApp, type ContactsApp } from '../../../contacts/src/contacts.harness.js';
import type { Decision } from '../domain/gate/decision.js';
import { Addressees } from './addressees.js';
import { Gate, type Asked } from './gate.js';
import { GateNotices } from './gate-notices.js';
import { GatePurposes } from './gate-purposes.js';
import { PolicyActivations } from './policy-activations.js';

// Goal: what the gate answers now, from tables, is what it answers about this very instant from the streams, also with
// what was known a moment ago. Method: random histories of several people, read models that follow, every question on
// two purposes and three channels, asked three ways.

let contacts: ContactsApp;
let gate: Gate;
beforeAll(async () => {
  contacts = await openContactsApp();
  const { app, store, keyStore, database } = contacts;
  const get = <T>(type: abstract new (...args: never[]) => T): T => app.get(type, { strict: false });
  const copy = new AuditCopy(database.pool);
  const checkpoints = new StoredCheckpoints(database.pool);
  // No command is under way, so what was known a moment ago may be asked for at once.
  const moments = new PastMoments(copy, database.pool, store, checkpoints, { leaseMs: 0, deadlineMs: 0 });
  const purposes = new GatePurposes(get(LedgerReader), copy, store);
  const clock = app.get<Clock>(CLOCK, { strict: false });
  const policies = new PolicyActivations(store, app.get<EventCodec>(CODEC, { strict: false }), copy);
  const notices = new GateNotices(get(LedgerReader), copy, store);
  const addressees = new Addressees(keyStore);
  gate = new Gate(get(ContactStates), purposes, addressees, moments, clock, policies, notices);
  const [first, second] = PURPOSES;
  await appendFacts(store, [
    purposeFact({ purposeId: first ?? '' }),
    purposeFact({ purposeId: second ?? '', code: 'offres', lawfulBasis: 'legitimate-interests' }),
  ]);
});
afterAll(() => contacts.close());

const CHANNELS = ['email', 'sms-mms', 'post'] as const;

function questionsOn(subjectIds: readonly string[]): readonly Asked[] {
  return subjectIds.flatMap((subjectId) =>
    PURPOSES.flatMap((purposeId) =>
      CHANNELS.map((channel) => ({ whom: { subjectId }, question: { purposeId, channel, message: {} } })),
    ),
  );
}

async function decisionsOn(asked: readonly Asked[]) {
  const answers = await gate.checkAll(asked);
  return answers.map((answer) => {
    if ('problem' in answer) throw answer.problem;
    return { ...answer, decision: inSomeOrder(answer.decision) };
  });
}

/** Which of several events of one kind is named first says nothing. */
function inSomeOrder(decision: Decision) {
  const sorted = (events: Decision['deciding']) => events.map((event) => JSON.stringify(event)).sort();
  return {
    ...decision,
    deciding: sorted(decision.deciding),
    reasons: decision.reasons.map((reason) => ({ ...reason, deciding: sorted(reason.deciding) })),
  };
}

describe('the answer about now', () => {
  it('is the answer about this instant by a replay of the streams', async () => {
    const history = fc.constant(null).chain(() => {
      const ids = [randomUUID(), randomUUID(), randomUUID()];
      return fc.tuple(...ids.map((id) => anyHistory(id))).map((facts) => ({
        ids,
        facts: facts.flat().sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1)),
      }));
    });
    let permitted = 0;
    await fc.assert(
      fc.asyncProperty(history, async ({ ids, facts }) => {
        const sure = randomUUID();
        await appendFacts(contacts.store, [registered(sure), pointAdded(sure), consentGiven(sure), ...facts]);
        await contacts.caughtUp();
        const questions = questionsOn([...ids, sure]);
        const now = await decisionsOn(questions);
        const at = now[0]?.at ?? '';
        const then = await decisionsOn(questions.map((one) => ({ ...one, at })));
        const known = await decisionsOn(questions.map((one) => ({ ...one, at, knownAs: at })));
        expect([now, then, known].map((answers) => answers.every(({ isPast }) => isPast))).toEqual([
          ...[false, true, true],
        ]);
        for (const answers of [then, known]) {
          expect(answers.map(({ decision }) => decision)).toEqual(now.map(({ decision }) => decision));
        }
        permitted += now.filter(({ decision }) => decision.permitted).length;
      }),
      { numRuns: 8 },
    );
    expect(permitted).toBeGreaterThan(0);
  });

  it('is not the answer about a day before a withdrawal, nor about what was known before it', async () => {
    const subjectId = randomUUID();
    await appendFacts(contacts.store, [
      ...[registered(subjectId), pointAdded(subjectId), consentGiven(subjectId, { at: day(100) })],
    ]);
    await contacts.caughtUp();
    const [question] = questionsOn([subjectId]);
    if (question === undefined) throw new Error('Nothing is asked');
    const [before] = await decisionsOn([question]);
    const recordedAt = new Date(Date.now() + 1).toISOString();
    await appendFacts(contacts.store, [saidNo(subjectId, { at: day(600), recordedAt })]);
    await contacts.caughtUp();
    const knownAs = before?.at ?? '';
    const moments = [{}, { at: day(599) }, { at: day(601) }, { at: day(601), knownAs }];
    const answers = await decisionsOn(moments.map((moment) => ({ ...question, ...moment })));
    expect(answers.map(({ decision }) => decision.permitted)).toEqual([false, true, false, true]);
  });
});
