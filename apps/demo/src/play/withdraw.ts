import { dayText, daysAgo, type Shop, type Stage } from '../stage.js';
import { askTheGate } from './ask-the-gate.js';
import { contactState, stateInWords, withdrawnState } from './contact-state.js';
import { camille } from './sign-up.js';

const WITHDRAWAL = 12;
const BACK_DATED = 20;
/** Days whose state the story reads again: before the sign-up, after it, and after the withdrawal. */
const JUDGED = [30, 24, 10];

/** Camille withdraws; an older "yes" that arrives later changes nothing; past days stay readable. */
export async function withdraw(stage: Stage, shop: Shop, subjectId: string): Promise<void> {
  const { narrator, texts, service, dpo, language } = stage;
  const { newsletterId, formId } = shop;
  const path = `/v1/subjects/${subjectId}`;
  narrator.chapter(texts.withdrawal.title);
  narrator.say(texts.withdrawal.said);
  await service.post('/v1/withdrawals', {
    contact: camille.email,
    purposeId: newsletterId,
    channels: ['email'],
    source: { kind: 'unsubscribe-link' },
    occurredAt: daysAgo(WITHDRAWAL),
  });
  await askTheGate(stage, newsletterId, { subjectId }, false);
  const withdrawn = await withdrawnState(dpo, subjectId);
  const words = stateInWords(stage, withdrawn, newsletterId, 'email');
  narrator.show(texts.withdrawal.state(texts.words.today, words));

  narrator.say(texts.withdrawal.backDated);
  const yes = {
    purposeId: newsletterId,
    channels: ['email'],
    formVersion: { formId, version: 1 },
    source: { kind: 'partner' },
    occurredAt: daysAgo(BACK_DATED),
  };
  const imported = await service.post<{ token: string }>(`${path}/consents`, yes);
  const now = await contactState(dpo, subjectId, { minToken: imported.body.token });
  narrator.show(texts.withdrawal.state(texts.words.today, stateInWords(stage, now, newsletterId, 'email')));

  narrator.say(texts.withdrawal.asOf);
  for (const days of JUDGED) {
    const state = await contactState(dpo, subjectId, { at: daysAgo(days) });
    const then = stateInWords(stage, state, newsletterId, 'email');
    narrator.show(texts.withdrawal.state(dayText(daysAgo(days), language), then));
  }
}
