import { UnexpectedAnswer } from '../api.js';
import type { Stage } from '../stage.js';

interface Permission {
  readonly permitted: boolean;
  readonly groundText?: string;
  readonly reasons: readonly { readonly text: string }[];
}

/** Asks whether the newsletter may be sent to somebody now, and shows the answer. Throws if it is not the expected one. */
export async function askTheGate(
  { narrator, texts, service }: Stage,
  newsletterId: string,
  whom: { readonly subjectId: string } | { readonly contact: object },
  expected: boolean,
): Promise<void> {
  const question = { ...whom, purposeId: newsletterId, channel: 'email' };
  const { body } = await service.post<Permission>('/v1/permissions/check', question, [200]);
  const reasons = body.reasons.map(({ text }) => text).join(' ');
  narrator.show(body.permitted ? texts.gate.yes(body.groundText ?? '') : texts.gate.no(reasons));
  if (body.permitted !== expected)
    throw new UnexpectedAnswer(`The gate answered ${String(body.permitted)} instead of ${String(expected)}`);
}
