import { consentEvents } from '#consent/contract';
import { registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import { ledgerEvents } from '#runtime/contract';
import { decisionEvents, solicitationEvents } from '#solicitation/contract';
import { subjectEvents } from '#subjects/contract';

/**
 * Categories of streams that the change feed does not tell: sealed values and their keys, who looked at whom, staff,
 * and the suppression list, whose entries must lead back to nobody.
 */
export const untoldCategories: readonly string[] = ['personal', 'keys', 'access', 'actor', 'suppression'];

/** A type whose contract lies in a layer above this one. */
const FROM_ABOVE = ['PolicyActivated'];

/** Event types that the change feed tells. */
export const changeTypes: readonly string[] = [
  ledgerEvents,
  subjectEvents,
  consentEvents,
  rightsEvents,
  registerEvents,
  solicitationEvents,
  decisionEvents,
]
  .flatMap(({ definitions }) =>
    definitions.filter(({ category }) => !untoldCategories.includes(category)).map(({ type }) => type),
  )
  .concat(FROM_ABOVE);
