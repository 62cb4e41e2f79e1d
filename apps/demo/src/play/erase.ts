import { setTimeout as pause } from 'node:timers/promises';
import { UnexpectedAnswer } from '../api.js';
import { daysAgo, type Stage } from '../stage.js';

interface Retained {
  readonly scope: string;
  readonly until: string;
  readonly ruleId: string;
}

interface Certificate {
  readonly wording: { readonly fr: string; readonly en: string };
  readonly notProven: { readonly fr: string; readonly en: string };
  readonly destroyed: readonly {
    readonly scope: string;
    readonly keys: readonly { readonly kid: string }[];
  }[];
  readonly erased: readonly {
    readonly streams: number;
    readonly technique: string;
    readonly nodes: readonly string[];
  }[];
}

const PATIENCE_MS = 20_000;

/** Erases a person: dry run, order, certificate; then the purge, after which nothing is left. */
export async function erase(stage: Stage, subjectId: string): Promise<void> {
  const { narrator, texts, dpo } = stage;
  narrator.chapter(texts.erasure.title);
  const path = `/v1/subjects/${subjectId}/erasures`;
  const order = {
    ground: 'consent-withdrawn',
    identityCheck: { method: 'reply-from-known-address', at: daysAgo(1) },
    requestedAt: daysAgo(1),
  };
  narrator.say(texts.erasure.dryRun);
  const plan = await dpo.post<{ scopes: readonly string[]; retained: readonly Retained[] }>(
    path,
    { ...order, dryRun: true },
    [200],
  );
  const scopeWords = (scope: string): string => texts.words.scopes[scope as 'identity'];
  narrator.show(texts.erasure.goes(plan.body.scopes.map(scopeWords).join(', ')));
  for (const { scope, until, ruleId } of plan.body.retained)
    narrator.show(texts.erasure.stays(scopeWords(scope), until, ruleId));
  const begun = Date.now();
  const { erasureId } = (await dpo.post<{ erasureId: string }>(path, order, [202])).body;
  await untilState(stage, `${path}/${erasureId}`, 'unreadable');
  narrator.say(texts.erasure.ordered(Date.now() - begun));
  await showCertificate(stage, `${path}/${erasureId}/certificate`);
  await purge(stage, `${path}/${erasureId}`);
}

/** Removes physically what is unreadable, and shows how the certificate tells it. */
async function purge(stage: Stage, path: string): Promise<void> {
  const { narrator, texts, dpo, language } = stage;
  narrator.say(texts.erasure.purge);
  const begun = Date.now();
  await dpo.post('/v1/purges', {}, [202]);
  await untilState(stage, path, 'completed');
  narrator.say(texts.erasure.gone(Date.now() - begun));
  const { wording, notProven, erased } = (await dpo.get<Certificate>(`${path}/certificate`)).body;
  narrator.show(`✓ ${wording[language]}`);
  for (const { streams, technique, nodes } of erased)
    narrator.show(
      texts.erasure.erased(streams, texts.words.techniques[technique as 'physical-delete'], nodes.join(', ')),
    );
  narrator.show(`? ${notProven[language]}`);
}

async function untilState({ dpo }: Stage, path: string, wanted: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { state } = (await dpo.get<{ state: string }>(path)).body;
    if (state === wanted) return;
    if (Date.now() > deadline) throw new UnexpectedAnswer(`GET ${path} still says ${state}`);
    await pause(25);
  }
}

/** The keys are gone at once; the certificate waits until every copy in tables is purged. */
async function showCertificate({ narrator, texts, dpo, language }: Stage, path: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  let answer = await dpo.get<Certificate>(path, [200, 409]);
  while (answer.status === 409) {
    if (Date.now() > deadline) throw new UnexpectedAnswer(`GET ${path} still answers 409`);
    await pause(50);
    answer = await dpo.get<Certificate>(path, [200, 409]);
  }
  const { wording, notProven, destroyed } = answer.body;
  narrator.say(texts.erasure.certificate);
  narrator.show(`✓ ${wording[language]}`);
  for (const { scope, keys } of destroyed)
    for (const { kid } of keys)
      narrator.show(texts.erasure.key(texts.words.scopes[scope as 'identity'], kid));
  narrator.show(`? ${notProven[language]}`);
}
