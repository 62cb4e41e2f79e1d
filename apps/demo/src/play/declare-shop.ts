import type { ProblemBody } from '../api.js';
import { daysAgo, showProblem, type Shop, type Stage } from '../stage.js';
import { deliveries, prospecting } from './shop-activities.js';
import { careless, form, notice } from './shop-publications.js';
import { controller, purposes } from './shop-register.js';

/** How long ago the shop began with its ledger, in days. */
const BEGINNING = 35;

interface RegisterLine {
  readonly name: string;
  readonly complete: boolean;
  readonly missing: readonly {
    readonly necessity: string;
    readonly label: { readonly fr: string; readonly en: string };
  }[];
}

/** The shop declares itself: data controller, purposes, notice, form, register. */
export async function declareShop(stage: Stage): Promise<Shop> {
  const { dpo, narrator, texts } = stage;
  narrator.chapter(texts.shop.title);
  const occurredAt = daysAgo(BEGINNING);
  const declared = await dpo.post<{ controllerId: string }>('/v1/controllers', { ...controller, occurredAt });
  const { controllerId } = declared.body;
  const [newsletterId, callsId, ordersId] = await declarePurposes(stage, controllerId, occurredAt);
  const noticeId = await publishNotice(stage, occurredAt);
  const formId = await publishForm(stage, form(noticeId, newsletterId, callsId), occurredAt);
  await keepRegister(stage, controllerId, [newsletterId, callsId], [ordersId], occurredAt);
  return { newsletterId, callsId, noticeId, formId };
}

async function declarePurposes(
  { dpo, narrator, texts, language }: Stage,
  controllerId: string,
  occurredAt: string,
): Promise<readonly [string, string, string]> {
  narrator.say(texts.shop.purposes);
  const { newsletter, calls, orders } = purposes(controllerId);
  const rows = [newsletter, calls, orders].map(({ name, channels, variants }) => [
    name[language],
    channels.map((channel) => texts.words.channels[channel as 'email']).join(', '),
    variants.map(({ lawfulBasis }) => texts.words.bases[lawfulBasis as 'consent']).join(' / '),
  ]);
  narrator.table([texts.shop.head, ...rows]);
  const declare = async (purpose: object): Promise<string> => {
    const { body } = await dpo.post<{ purposeId: string }>('/v1/purposes', { ...purpose, occurredAt });
    return body.purposeId;
  };
  return [await declare(newsletter), await declare(calls), await declare(orders)];
}

async function publishNotice(stage: Stage, occurredAt: string): Promise<string> {
  const { dpo, narrator, texts, language } = stage;
  narrator.say(texts.shop.personalText);
  showProblem(stage, (await dpo.post<ProblemBody>('/v1/notices', careless, [409])).body);
  const { body } = await dpo.post<{ noticeId: string; token: string }>('/v1/notices', {
    ...notice,
    occurredAt,
  });
  const path = `/v1/notices/${body.noticeId}/versions/1?minToken=${encodeURIComponent(body.token)}`;
  const shown = await dpo.get<{ texts: readonly { language: string; sha256: string }[] }>(path);
  const text = shown.body.texts.find((one) => one.language === language);
  narrator.say(texts.shop.notice((text?.sha256 ?? '').slice(0, 16)));
  return body.noticeId;
}

async function publishForm(
  { dpo, narrator, texts }: Stage,
  shown: ReturnType<typeof form>,
  occurredAt: string,
): Promise<string> {
  narrator.say(texts.shop.form);
  const body = { ...shown, validFrom: occurredAt, occurredAt };
  return (await dpo.post<{ formId: string }>('/v1/collection-forms', body)).body.formId;
}

async function keepRegister(
  { dpo, narrator, texts, language }: Stage,
  controllerId: string,
  marketing: readonly string[],
  service: readonly string[],
  occurredAt: string,
): Promise<void> {
  narrator.say(texts.shop.register);
  const record = (line: object) =>
    dpo.post<{ token: string }>('/v1/processing-activities', { ...line, occurredAt });
  await record(prospecting(controllerId, marketing));
  const { body } = await record(deliveries(controllerId, service));
  const path = `/v1/register?minToken=${encodeURIComponent(body.token)}`;
  const { items } = (await dpo.get<{ items: readonly RegisterLine[] }>(path)).body;
  for (const { name, complete, missing } of items) {
    const needed = missing.filter(({ necessity }) => necessity !== 'where-applicable');
    const lacks = needed.map(({ label }) => label[language]).join(' · ');
    narrator.show(complete ? texts.shop.complete(name) : texts.shop.incomplete(name, lacks));
  }
}
