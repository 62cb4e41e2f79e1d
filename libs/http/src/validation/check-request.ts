import type { RoutePlan } from '../routes/route-plan.js';
import { checkObject, checkValue } from './check-object.js';
import { fieldsOf } from './dto-fields.js';
import { FaultCollector, type Fault } from './faults.js';
import { invalidRequest } from './validate.js';

/** The parts of a request that a route declares. */
export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** The same parts as the handler gets them. */
export interface CheckedParts {
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * Checks path, query and body of a request in one go, so that one answer names every fault. Throws `invalid-request`.
 */
export function checkRequest(plan: RoutePlan, { params, query, body }: RequestParts): CheckedParts {
  const faults = new FaultCollector();
  const path: Fault[] = faultsOfPath(plan, params as Readonly<Record<string, unknown>>);
  const checkedBody = plan.body === undefined ? body : checkBody(plan.body, body, faults);
  const queryFaults = new FaultCollector();
  const checkedQuery = plan.query === undefined ? query : checkObject(plan.query, query, queryFaults, 'text');
  const all = [...path, ...queryFaults.faults.map(asQueryFault), ...faults.faults];
  if (all.length > 0) throw invalidRequest(all);
  return { query: checkedQuery, body: checkedBody };
}

function checkBody(dto: NonNullable<RoutePlan['body']>, body: unknown, faults: FaultCollector): unknown {
  if (body === undefined && fieldsOf(dto).some(({ optional }) => !optional)) {
    faults.add('body-missing');
    return undefined;
  }
  return checkObject(dto, body === undefined ? {} : body, faults, 'json');
}

function faultsOfPath({ params: declared }: RoutePlan, params: Readonly<Record<string, unknown>>): Fault[] {
  return declared.flatMap(({ name, shape }) => {
    const faults = new FaultCollector();
    checkValue(shape, params[name], faults, 'text');
    return faults.faults.map((fault) => ({ ...fault, pointer: `{${name}}` }));
  });
}

/** A query parameter has no JSON pointer: `?limit` names it. */
function asQueryFault(fault: Fault): Fault {
  const [name = ''] = fault.pointer.slice(1).split('/');
  return { ...fault, pointer: `?${name}` };
}
