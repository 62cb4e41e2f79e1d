import { contactState } from '../domain/contact-state.js';
import type { ContactFacts, SubjectFacts } from '../domain/contact-facts.js';
import { knownAsView, type PastMoment } from '#http';
import type { KnownContact } from '../application/contact-states.js';
import type { ContactStateDto, ErasureStateDto } from './contact-state.dto.js';

/** The members that are known: what is not is absent from an answer. */
export type Known<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null>;
};

/** The same object without the members that are `null`. */
export function known<T extends object>(members: T): Known<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Known<T>;
}

/** The state of a contact as the API tells it. */
export function contactStateView(
  subjectId: string,
  { facts, at, isParked, isErasedNow }: KnownContact,
  moment: PastMoment | undefined,
): ContactStateDto {
  const state = contactState(facts, at);
  const { subject } = state;
  return {
    subjectId,
    status: state.status,
    erased: isErasedNow,
    parked: isParked,
    at,
    ...(moment?.known === undefined ? {} : { knownAs: knownAsView(moment.known) }),
    ...(subject === undefined ? {} : subjectView(subject)),
    contactPoints: state.contactPoints.map(known),
    choices: state.choices.map(known),
    wideNos: state.wideNos.map(known),
    objections: state.objections.map(objectionView),
    restrictions: state.restrictions.map(({ eventId: _, revision: _r, ...restriction }) =>
      known(restriction),
    ),
    links: state.links.map(({ otherSubjectId, ...link }) => known({ subjectId: otherSubjectId, ...link })),
    relationships: state.relationships,
    revisions: subject === undefined ? {} : known(subject.revisions),
  };
}

function subjectView({ audience, collection, sourceKind, registeredAt, ...rest }: SubjectFacts) {
  const erasure = erasureView(rest);
  return {
    ...known({ audience, collection, source: sourceKind, registeredAt }),
    ...(erasure === undefined ? {} : { erasure }),
  };
}

function erasureView({
  erasureId,
  erasureState,
  erasureScopes,
  retained,
}: Pick<SubjectFacts, 'erasureId' | 'erasureState' | 'erasureScopes' | 'retained'>):
  ErasureStateDto | undefined {
  if (erasureId === null) return undefined;
  return { erasureId, state: erasureState, scopes: erasureScopes, retained };
}

function objectionView({ eventId, kind, purposeId, channel, controllerId, at }: ContactFacts['nos'][number]) {
  return known({
    eventId,
    kind: kind === 'objected' ? 'marketing' : 'general',
    purposeId,
    channel,
    controllerId,
    since: at,
  });
}
