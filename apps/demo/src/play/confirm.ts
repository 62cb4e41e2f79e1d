import { form } from './shop-publications.js';
import { askTheGate } from './ask-the-gate.js';
import { UnexpectedAnswer } from '../api.js';
import { daysAgo, type Shop, type Stage } from '../stage.js';

interface Captured {
  readonly subjectId: string;
  readonly confirmation: { readonly url: string; readonly textFr: string; readonly textEn: string };
}

/** Noé signs up through a form that is confirmed by a click; his mail gateway opens the link before he does. */
export async function confirm(stage: Stage, shop: Shop): Promise<void> {
  const { narrator, texts, service, language } = stage;
  narrator.chapter(texts.confirmation.title);
  narrator.say(texts.confirmation.signUp);
  const { body } = await service.post<Captured>('/v1/captures', await submission(stage, shop));
  const { subjectId, confirmation } = body;
  const message = language === 'fr' ? confirmation.textFr : confirmation.textEn;
  narrator.show(...message.replace(confirmation.url, 'https://…/c/…').split('\n'));
  const link = new URL(confirmation.url).pathname;
  narrator.say(texts.confirmation.scanner);
  await service.page('GET', link);
  await askTheGate(stage, shop.newsletterId, { subjectId }, false);
  narrator.say(texts.confirmation.click);
  await service.page('POST', link, { answer: 'yes' });
  await askTheGate(stage, shop.newsletterId, { subjectId }, true);
  narrator.say(texts.confirmation.again);
  const again = await service.page('POST', link, { answer: 'yes' }, [410]);
  const heading = /<h1>([^<]+)<\/h1>/.exec(again)?.[1];
  if (heading === undefined) throw new UnexpectedAnswer('The page has no heading');
  narrator.show(heading);
}

async function submission({ dpo }: Stage, { newsletterId, callsId, noticeId }: Shop): Promise<object> {
  const words = form(noticeId, newsletterId, callsId);
  const confirmed = { ...words, method: 'double-opt-in', validFrom: daysAgo(0) };
  const published = await dpo.post<{ formId: string }>('/v1/collection-forms', confirmed);
  return {
    contactPoints: [{ kind: 'email', value: 'noe.lambert@courrier.example' }],
    formVersion: { formId: published.body.formId, version: 1 },
    choices: [{ purposeId: newsletterId, channels: ['email'], choice: 'given' }],
    source: { kind: 'web-form' },
  };
}
