import type { ProblemBody } from '../api.js';
import { showProblem, type Shop, type Stage } from '../stage.js';
import { askTheGate } from './ask-the-gate.js';
import { contactState, stateInWords } from './contact-state.js';
import type { Timeline } from './read-timeline.js';
import { camille } from './sign-up.js';

/** After an erasure: nothing opens, nobody is found, the history stands, the refusal outlives the data. */
export async function whatRemains(stage: Stage, shop: Shop, subjectId: string): Promise<void> {
  const { narrator, texts, service, operator, dpo, auditor } = stage;
  narrator.chapter(texts.remains.title);
  const path = `/v1/subjects/${subjectId}`;
  narrator.say(texts.remains.reveal);
  const look = { fields: ['email'], reason: 'data-subject-request' };
  showProblem(stage, (await dpo.post<ProblemBody>(`${path}/reveal`, look, [410])).body);

  await askTheGate(stage, shop.newsletterId, { subjectId }, false);

  const found = await operator.post<{ subjectIds: readonly string[] }>(
    '/v1/subjects/lookup',
    camille.email,
    [200],
  );
  narrator.say(texts.remains.lookup(found.body.subjectIds.length));
  const { items } = (await auditor.get<Timeline>(`${path}/timeline?limit=500`)).body;
  narrator.say(texts.remains.timeline(items.length));
  const { entries } = (await dpo.get<{ entries: number }>('/v1/suppressions/count')).body;
  narrator.say(texts.remains.suppression(entries));

  narrator.say(texts.remains.comesBack);
  const again = { contactPoints: [camille.email], audience: 'consumer', source: { kind: 'import' } };
  const { body } = await service.post<{ subjectId: string; token: string }>('/v1/subjects', again);
  if (body.subjectId === subjectId) throw new Error('An erased person came back under the same id');
  const state = await contactState(dpo, body.subjectId, { minToken: body.token });
  narrator.show(stateInWords(stage, state, shop.newsletterId, 'email'));
  await askTheGate(stage, shop.newsletterId, { contact: camille.email }, false);
}
