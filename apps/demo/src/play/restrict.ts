import type { ProblemBody } from '../api.js';
import { daysAgo, showProblem, type Shop, type Stage } from '../stage.js';
import { askTheGate } from './ask-the-gate.js';
import { contactState, stateInWords } from './contact-state.js';

const email = { kind: 'email', value: 'nadege.fournier@fai.example' };
const name = { kind: 'name', value: 'Nadège Fournier' };

/** Nadège restricts the processing of her data: it survives a new consent, and is lifted in two steps only. */
export async function restrict(stage: Stage, { newsletterId, formId }: Shop): Promise<void> {
  const { narrator, texts, service, dpo, operator } = stage;
  narrator.chapter(texts.restriction.title);
  narrator.say(texts.restriction.restricted);
  const person = { contactPoints: [email, name], audience: 'consumer', source: { kind: 'shop' } };
  const registered = await service.post<{ subjectId: string }>('/v1/subjects', {
    ...person,
    occurredAt: daysAgo(20),
  });
  const { subjectId } = registered.body;
  const path = `/v1/subjects/${subjectId}`;
  const wish = { ground: 'accuracy', purposeIds: 'all', source: 'email-reply', occurredAt: daysAgo(9) };
  const { restrictionId } = (await dpo.post<{ restrictionId: string }>(`${path}/restrictions`, wish)).body;
  const consent = {
    purposeId: newsletterId,
    channels: ['email'],
    formVersion: { formId, version: 1 },
    source: { kind: 'web-form' },
    evidence: { userAgent: 'Firefox' },
    occurredAt: daysAgo(3),
  };
  const { token } = (await service.post<{ token: string }>(`${path}/consents`, consent)).body;
  narrator.say(texts.restriction.newConsent);
  narrator.show(
    stateInWords(stage, await contactState(dpo, subjectId, { minToken: token }), newsletterId, 'email'),
  );
  await askTheGate(stage, newsletterId, { subjectId }, false);
  narrator.say(texts.restriction.reveal);
  const look = { fields: ['email'], reason: 'customer-request' };
  showProblem(stage, (await operator.post<ProblemBody>(`${path}/reveal`, look, [409])).body);
  await lift(stage, `${path}/restrictions/${restrictionId}`);
  await askTheGate(stage, newsletterId, { subjectId }, true);
}

async function lift(stage: Stage, path: string): Promise<void> {
  const { narrator, texts, dpo } = stage;
  const reason = { reason: 'accuracy-verified' };
  narrator.say(texts.restriction.lift);
  showProblem(stage, (await dpo.post<ProblemBody>(`${path}/lift`, reason, [409])).body);
  await dpo.post(`${path}/lift-notices`, { means: 'email' });
  await dpo.post(`${path}/lift`, reason);
  narrator.show(texts.restriction.lifted);
}
