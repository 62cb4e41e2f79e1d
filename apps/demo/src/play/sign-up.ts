import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '../api.js';
import { daysAgo, showProblem, type Shop, type Stage } from '../stage.js';
import { askTheGate } from './ask-the-gate.js';

/** Whom most of the story is about; she exists nowhere. */
export const camille = {
  email: { kind: 'email', value: 'camille.rousseau@courrier.example' },
  phone: { kind: 'phone', value: '06 39 98 40 17' },
  name: { kind: 'name', value: 'Camille Rousseau' },
};

interface Captured {
  readonly subjectId: string;
  readonly token: string;
  readonly consents: readonly { readonly channel: string; readonly proofGrade: string }[];
}

/** How long ago Camille signed up, in days. */
const SIGN_UP = 28;

/** Camille signs up by the form; a retry counts nothing twice; a ticked box is declined. Gives her id. */
export async function signUp(stage: Stage, shop: Shop): Promise<string> {
  const { narrator, texts, service } = stage;
  narrator.chapter(texts.signUp.title);
  narrator.say(texts.signUp.capture);
  const submitted = {
    contactPoints: Object.values(camille),
    formVersion: { formId: shop.formId, version: 1 },
    choices: [
      { purposeId: shop.newsletterId, channels: ['email'], choice: 'given' },
      { purposeId: shop.callsId, channels: ['phone-human'], choice: 'refused' },
    ],
    source: { kind: 'web-form' },
    evidence: { userAgent: 'Firefox', ip: '192.0.2.17' },
    occurredAt: daysAgo(SIGN_UP),
  };
  const key = randomUUID();
  const first = await service.post<Captured>('/v1/captures', submitted, [201], key);
  for (const { channel, proofGrade } of first.body.consents) {
    const { channels, grades } = texts.words;
    narrator.show(texts.signUp.grade(channels[channel as 'email'], grades[proofGrade as 'strong']));
  }
  const { subjectId } = first.body;
  await askTheGate(stage, shop.newsletterId, { subjectId }, true);
  const again = await service.post<Captured>('/v1/captures', submitted, [201], key);
  if (again.body.token !== first.body.token) throw new Error('A retried command got another answer');
  narrator.say(texts.signUp.retry(again.headers.get('idempotency-replayed') ?? ''));
  await tickedBeforehand(stage, shop, `/v1/subjects/${subjectId}`);
  return subjectId;
}

async function tickedBeforehand(stage: Stage, { callsId, noticeId }: Shop, path: string): Promise<void> {
  stage.narrator.say(stage.texts.signUp.preTicked);
  const ticked = {
    purposeId: callsId,
    channels: ['phone-human'],
    noticeId,
    noticeVersion: 1,
    language: 'fr',
    expression: { method: 'web-checkbox', defaultState: 'checked', label: 'J’accepte les appels.' },
    source: { kind: 'partner' },
  };
  showProblem(stage, (await stage.service.post<ProblemBody>(`${path}/consents`, ticked, [409])).body);
}
