import { Rejection, type ContactPointKind, type Decider } from '#kernel';
import type { SubjectEvent } from '../contract.js';
import type {
  AddContactPoint,
  LinkSubjects,
  Protection,
  RectifyContactPoint,
  RegisterSubject,
  RemoveContactPoint,
  SubjectCommand,
  UnlinkSubjects,
} from './subject.commands.js';

/** A data subject as far as later decisions need it. */
export interface SubjectState {
  readonly isRegistered: boolean;
  readonly contactPoints: ReadonlyMap<string, ContactPointKind>;
  /** `<otherSubjectId> <relation>` of each standing relation. */
  readonly links: ReadonlySet<string>;
}

/** A data subject and how they can be reached (Art. 4(1)); values are sealed, here are pseudonyms only. */
export const subjectDecider: Decider<SubjectCommand, SubjectEvent, SubjectState> = {
  initialState: { isRegistered: false, contactPoints: new Map(), links: new Set() },
  evolve: evolveSubject,
  decide(command, state) {
    switch (command.type) {
      case 'RegisterSubject':
        return registerSubject(command, state);
      case 'AddContactPoint':
        return addContactPoint(command, state);
      case 'RectifyContactPoint':
        return rectifyContactPoint(command, state);
      case 'RemoveContactPoint':
        return removeContactPoint(command, state);
      case 'LinkSubjects':
        return linkSubjects(command, state);
      case 'UnlinkSubjects':
        return unlinkSubjects(command, state);
    }
  },
};

/** Rejects: `subject-already-registered`, `occurred-in-the-future`. */
function registerSubject({ data, metadata }: RegisterSubject, state: SubjectState): readonly SubjectEvent[] {
  const { registration } = data;
  if (state.isRegistered) throw new Rejection('subject-already-registered');
  assertNotLater(registration.occurredAt, metadata.now);
  const { subjectId, occurredAt } = registration;
  return [
    { type: 'SubjectRegistered', data: registration },
    ...data.contactPoints.map((point): SubjectEvent => ({
      type: 'ContactPointAdded',
      data: { subjectId, ...point, occurredAt },
    })),
  ];
}

/** Rejects: `subject-unknown`, `subject-erased`, `subject-restricted` (Art. 18(2)), `contact-point-already-known`. */
function addContactPoint({ data, metadata }: AddContactPoint, state: SubjectState): readonly SubjectEvent[] {
  assertEditable(state, data.protection);
  assertNotLater(data.added.occurredAt, metadata.now);
  if (state.contactPoints.has(data.added.contactPointId)) throw new Rejection('contact-point-already-known');
  return [{ type: 'ContactPointAdded', data: data.added }];
}

/**
 * Allowed under a restriction too: correcting is what the person asks for (Art. 16).
 * Rejects: `subject-unknown`, `subject-erased`, `contact-point-unknown`, `contact-point-invalid` (another kind).
 */
function rectifyContactPoint(
  { data, metadata }: RectifyContactPoint,
  state: SubjectState,
): readonly SubjectEvent[] {
  assertKnown(state, data.protection);
  assertNotLater(data.rectified.occurredAt, metadata.now);
  const kind = state.contactPoints.get(data.rectified.replaces);
  if (kind === undefined) throw new Rejection('contact-point-unknown');
  if (kind !== data.rectified.kind) {
    throw new Rejection(
      'contact-point-invalid',
      'A contact point is replaced by one of its own kind.',
      '/kind',
    );
  }
  return [{ type: 'ContactPointRectified', data: data.rectified }];
}

/** Rejects: `subject-unknown`, `subject-erased`, `subject-restricted`, `contact-point-unknown`. */
function removeContactPoint(
  { data, metadata }: RemoveContactPoint,
  state: SubjectState,
): readonly SubjectEvent[] {
  assertEditable(state, data.protection);
  assertNotLater(data.removed.occurredAt, metadata.now);
  if (!state.contactPoints.has(data.removed.contactPointId)) throw new Rejection('contact-point-unknown');
  return [{ type: 'ContactPointRemoved', data: data.removed }];
}

/** Rejects: `subject-unknown`, `subject-erased`, `link-to-itself`. */
function linkSubjects({ data }: LinkSubjects, state: SubjectState): readonly SubjectEvent[] {
  const { link } = data;
  assertKnown(state, data.protection);
  if (link.otherSubjectId === link.subjectId) throw new Rejection('link-to-itself');
  if (!data.isOtherKnown) throw new Rejection('subject-unknown', undefined, '/otherSubjectId');
  return state.links.has(linkKey(link)) ? [] : [{ type: 'SubjectsLinked', data: link }];
}

/** Rejects: `subject-unknown`. */
function unlinkSubjects({ data }: UnlinkSubjects, state: SubjectState): readonly SubjectEvent[] {
  if (!state.isRegistered) throw new Rejection('subject-unknown');
  return state.links.has(linkKey(data.link)) ? [{ type: 'SubjectsUnlinked', data: data.link }] : [];
}

function assertKnown(state: SubjectState, protection: Protection): void {
  if (protection.isErased) throw new Rejection('subject-erased');
  if (!state.isRegistered) throw new Rejection('subject-unknown');
}

function assertEditable(state: SubjectState, protection: Protection): void {
  assertKnown(state, protection);
  if (protection.isRestricted) throw new Rejection('subject-restricted', 'Art. 18(2): storage only.');
}

function assertNotLater(occurredAt: string, now: string): void {
  if (occurredAt > now) throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
}

function evolveSubject(state: SubjectState, event: SubjectEvent): SubjectState {
  switch (event.type) {
    case 'SubjectRegistered':
      return { ...state, isRegistered: true };
    case 'ContactPointAdded':
      return { ...state, contactPoints: withPoint(state, event.data.contactPointId, event.data.kind) };
    case 'ContactPointRectified': {
      const contactPoints = withPoint(state, event.data.contactPointId, event.data.kind);
      contactPoints.delete(event.data.replaces);
      return { ...state, contactPoints };
    }
    case 'ContactPointRemoved': {
      const contactPoints = new Map(state.contactPoints);
      contactPoints.delete(event.data.contactPointId);
      return { ...state, contactPoints };
    }
    case 'SubjectsLinked':
      return { ...state, links: new Set([...state.links, linkKey(event.data)]) };
    case 'SubjectsUnlinked': {
      const links = new Set(state.links);
      links.delete(linkKey(event.data));
      return { ...state, links };
    }
  }
}

function withPoint(state: SubjectState, id: string, kind: ContactPointKind): Map<string, ContactPointKind> {
  return new Map([...state.contactPoints, [id, kind]]);
}

function linkKey(link: { readonly otherSubjectId: string; readonly relation: string }): string {
  return `${link.otherSubjectId} ${link.relation}`;
}
