import type { Uuid } from '#kernel';

/** The external id already belongs to another person who is not erased. */
export class ExternalIdTaken extends Error {
  override readonly name = 'ExternalIdTaken';
  constructor(
    /** The person whose it is. */
    readonly subjectId: Uuid,
    /** Whether that claim still waits for its fact: it may yet be dropped. */
    readonly pending: boolean,
  ) {
    super('The external id belongs to another data subject');
  }
}

/** Another command is about to record the same value for the same person; try again when it has ended. */
export class ClaimInProgress extends Error {
  override readonly name = 'ClaimInProgress';
  constructor(readonly commandId: Uuid) {
    super('Another command is recording the same contact value');
  }
}
