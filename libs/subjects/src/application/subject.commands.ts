import { LedgerCommand } from '#runtime';
import type { Audience } from '#kernel';
import type { SubjectEvent } from '../contract.js';
import { subjectStream } from '../contract.js';
import type {
  AddContactPoint,
  LinkSubjects,
  RectifyContactPoint,
  RegisterSubject,
  RemoveContactPoint,
  SubjectCommand,
  UnlinkSubjects,
} from '../domain/subject.commands.js';
import { subjectDecider } from '../domain/subject.decider.js';
import { handlersFor, type MessageOf } from '#runtime';

export class RegisterSubjectCommand extends LedgerCommand<RegisterSubject> {}
export class AddContactPointCommand extends LedgerCommand<AddContactPoint> {}
export class RectifyContactPointCommand extends LedgerCommand<RectifyContactPoint> {}
export class RemoveContactPointCommand extends LedgerCommand<RemoveContactPoint> {}
export class LinkSubjectsCommand extends LedgerCommand<LinkSubjects> {}
export class UnlinkSubjectsCommand extends LedgerCommand<UnlinkSubjects> {}

/** All handlers of `subject-<id>`. */
export const subjectHandlers = handlersFor(
  subjectDecider,
  (command) => subjectStream(subjectIdOf(command)),
  {
    RegisterSubject: RegisterSubjectCommand,
    AddContactPoint: AddContactPointCommand,
    RectifyContactPoint: RectifyContactPointCommand,
    RemoveContactPoint: RemoveContactPointCommand,
    LinkSubjects: LinkSubjectsCommand,
    UnlinkSubjects: UnlinkSubjectsCommand,
  },
  { subjectsOf: subjectsOf },
);

function subjectIdOf(command: MessageOf<SubjectCommand>): string {
  switch (command.type) {
    case 'RegisterSubject':
      return command.data.registration.subjectId;
    case 'AddContactPoint':
      return command.data.added.subjectId;
    case 'RectifyContactPoint':
      return command.data.rectified.subjectId;
    case 'RemoveContactPoint':
      return command.data.removed.subjectId;
    case 'LinkSubjects':
    case 'UnlinkSubjects':
      return command.data.link.subjectId;
  }
}

function subjectsOf(command: MessageOf<SubjectCommand>): readonly string[] {
  const subjectId = subjectIdOf(command);
  const isLink = command.type === 'LinkSubjects' || command.type === 'UnlinkSubjects';
  return isLink ? [subjectId, command.data.link.otherSubjectId] : [subjectId];
}

/** Where a contact comes from, as `SubjectRegistered` keeps it. */
export type Registration = Pick<
  Extract<SubjectEvent, { type: 'SubjectRegistered' }>['data'],
  'collection' | 'source'
> & { readonly audience: Audience; readonly occurredAt: string };
