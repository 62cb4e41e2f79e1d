import { Rejection, type Uuid } from '#kernel';
import type { DataCategory, ProcessingActivityData } from '../contract.js';

/** What the shell looked up for a line of the register. */
export interface ActivityFacts {
  /** Those of the named data controllers that are declared. */
  readonly knownControllers: readonly Uuid[];
  /** Those of the named purposes that were ever declared; a retired purpose may still be described. */
  readonly knownPurposes: readonly Uuid[];
}

/** Special categories of Art. 9(1) and data of Art. 10: no processing without an exception. */
const SPECIAL: readonly DataCategory[] = [
  'racial-ethnic',
  'political',
  'religious-philosophical',
  'trade-union',
  'genetic',
  'biometric-id',
  'health',
  'sex-life-orientation',
  'criminal',
];

/**
 * Refused by default (Art. 9(1), 10; LIL Art. 30 and décret 2019-341 for the national id) unless the line names the
 * exception on which it rests. Rejects: `special-category-refused`, `national-id-refused`.
 */
export function requireExceptions({ dataCategories }: ProcessingActivityData): void {
  dataCategories.forEach(({ category, exception }, index) => {
    if (exception !== undefined && exception.trim() !== '') return;
    const pointer = `/dataCategories/${String(index)}/exception`;
    if (category === 'national-id') {
      const detail = 'The national id needs a legal ground (décret 2019-341)';
      throw new Rejection('national-id-refused', detail, pointer);
    }
    if (SPECIAL.includes(category)) {
      const detail = `${category} needs a condition of Art. 9(2) or the ground of Art. 10`;
      throw new Rejection('special-category-refused', detail, pointer);
    }
  });
}

/** A line names only what the ledger knows. Rejects: `controller-unknown`, `purpose-unknown`. */
export function requireKnownReferences(activity: ProcessingActivityData, facts: ActivityFacts): void {
  const { controllerId, jointControllerIds, purposeIds } = activity;
  if (controllerId !== undefined && !facts.knownControllers.includes(controllerId)) {
    throw new Rejection('controller-unknown', 'No data controller with this id', '/controllerId');
  }
  const joint = jointControllerIds.findIndex((id) => !facts.knownControllers.includes(id));
  if (joint !== -1) {
    const pointer = `/jointControllerIds/${String(joint)}`;
    throw new Rejection('controller-unknown', 'No data controller with this id', pointer);
  }
  const purpose = purposeIds.findIndex((id) => !facts.knownPurposes.includes(id));
  if (purpose !== -1) {
    throw new Rejection('purpose-unknown', 'No purpose with this id', `/purposeIds/${String(purpose)}`);
  }
}
