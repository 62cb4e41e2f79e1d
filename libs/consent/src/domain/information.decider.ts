import { Rejection, type Command, type Decider } from '#kernel';
import type { InformationEvent } from '../contract.js';
import type { NoticeFacts, SubjectFacts } from './facts.js';

type InformationData = InformationEvent['data'];

/** Information before it stands in the ledger: the notice without its hash, which the register tells. */
export interface InformationFact extends Omit<InformationData, 'notice'> {
  readonly notice: Omit<InformationData['notice'], 'sha256'>;
}

/** What the shell knows when a fact arrives; the ledger's own streams tell it. */
export interface InformationCircumstances {
  readonly subject: SubjectFacts;
  readonly notice: NoticeFacts | undefined;
  readonly isControllerKnown: boolean;
}

/** Records that a person was informed (Art. 13, 14). */
export type GiveInformation = Command<
  'GiveInformation',
  { readonly fact: InformationFact; readonly circumstances: InformationCircumstances }
>;

/**
 * What people were told about the processing of their data. Each fact stands for itself: whoever was informed twice was
 * informed twice. A restriction (Art. 18) is no obstacle: recording is storage.
 * Rejects: `subject-erased`, `subject-unknown`, `controller-unknown`, `notice-unknown`, `notice-language-unknown`,
 * `contact-point-unknown`, `occurred-in-the-future`.
 */
export const informationDecider: Decider<GiveInformation, InformationEvent, null> = {
  initialState: null,
  evolve: (state) => state,
  decide: ({ data: { fact, circumstances }, metadata }) => {
    const { subject, isControllerKnown } = circumstances;
    if (subject.status === 'erased') throw new Rejection('subject-erased');
    if (subject.status === 'unknown') throw new Rejection('subject-unknown');
    if (fact.occurredAt > metadata.now) throw rejected('occurred-in-the-future', '/occurredAt');
    if (!isControllerKnown) throw rejected('controller-unknown', '/controllerId');
    const { contactPointId } = fact;
    if (contactPointId !== undefined && !hasPoint(subject, contactPointId))
      throw rejected('contact-point-unknown', '/contactPointId');
    const sha256 = textOf(fact, circumstances.notice);
    return [{ type: 'InformationGiven', data: { ...fact, notice: { ...fact.notice, sha256 } } }];
  },
};

function hasPoint({ contactPoints }: SubjectFacts, id: string): boolean {
  return contactPoints.some(({ contactPointId }) => contactPointId === id);
}

/** The hash of the text that the person was given: nobody can have been given one that did not stand yet. */
function textOf(
  { notice: { language }, occurredAt }: InformationFact,
  notice: NoticeFacts | undefined,
): string {
  if (notice === undefined || notice.effectiveFrom > occurredAt) throw rejected('notice-unknown', '/notice');
  const text = notice.texts.find((one) => one.language === language);
  if (text === undefined) throw rejected('notice-language-unknown', '/notice/language');
  return text.sha256;
}

function rejected(code: Rejection['code'], pointer: string): Rejection {
  return new Rejection(code, undefined, pointer);
}
