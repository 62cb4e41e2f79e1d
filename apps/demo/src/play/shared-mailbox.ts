import { daysAgo, type Shop, type Stage } from '../stage.js';
import { askTheGate } from './ask-the-gate.js';
import { stateInWords, withdrawnState } from './contact-state.js';

const mailbox = { kind: 'email', value: 'famille.lenoir@boite-aux-lettres.example' };

/** Two people, one address: linked, never merged; a "stop" from the address counts for both. */
export async function sharedMailbox(stage: Stage, { newsletterId, formId }: Shop): Promise<void> {
  const { narrator, texts, service, operator, dpo } = stage;
  narrator.chapter(texts.mailbox.title);
  narrator.say(texts.mailbox.register);
  const names = ['Jeanne', 'Paul'];
  for (const name of names) {
    const person = {
      contactPoints: [mailbox, { kind: 'name', value: `${name} Lenoir` }],
      audience: 'consumer',
      source: { kind: 'shop' },
      onMatch: 'create-and-link',
      occurredAt: daysAgo(15),
    };
    const { subjectId } = (await service.post<{ subjectId: string }>('/v1/subjects', person)).body;
    await service.post(`/v1/subjects/${subjectId}/consents`, {
      purposeId: newsletterId,
      channels: ['email'],
      formVersion: { formId, version: 1 },
      source: { kind: 'shop' },
      occurredAt: daysAgo(14),
    });
  }
  const found = await operator.post<{ subjectIds: readonly string[] }>('/v1/subjects/lookup', mailbox, [200]);
  const { subjectIds } = found.body;
  narrator.say(texts.mailbox.lookup(subjectIds.length));
  if (subjectIds.length !== names.length) throw new Error('A shared mailbox did not find both people');
  await askTheGate(stage, newsletterId, { contact: mailbox }, true);
  narrator.say(texts.mailbox.stop);
  const stop = { contact: mailbox, purposeId: 'all', channels: ['email'], source: { kind: 'email-reply' } };
  const { matched } = (await operator.post<{ matched: number }>('/v1/withdrawals', stop)).body;
  if (matched !== names.length) throw new Error('A "stop" by address did not reach both people');
  await askTheGate(stage, newsletterId, { contact: mailbox }, false);
  for (const [index, subjectId] of subjectIds.entries()) {
    const words = stateInWords(stage, await withdrawnState(dpo, subjectId), newsletterId, 'email');
    narrator.show(texts.mailbox.state(String(index + 1), words));
  }
}
