import { invalidRequest, Problem } from '#http';
import { defined } from '#kernel';
import { contactValueOf } from '#subject-keys';
import type { Asked, Whom } from '../application/gate.js';
import type { CheckPermissionDto } from './check.dto.js';

/**
 * A question as the gate takes it. Throws `invalid-request` where it does not say who would be contacted, or twice,
 * or wants an answer to be kept, or told with what stands today, that was not the answer of its time.
 */
export function askedOf(body: CheckPermissionDto): Asked {
  const { purposeId, channel, controllerId, contactPointId, recipientId, attemptId } = body;
  const { message, at, knownAs } = body;
  const isOfToday = body.record === true || body.include !== undefined;
  if (isOfToday && knownAs !== undefined) {
    throw invalidRequest([{ pointer: '/knownAs', code: 'unknown-member' }]);
  }
  const named = { purposeId, channel, controllerId, contactPointId, recipientId, attemptId };
  return {
    whom: whomOf(body),
    question: { ...defined(named), message: defined({ ...message }) },
    ...defined({ at, knownAs }),
  };
}

function whomOf({ subjectId, contact, contactPointId }: CheckPermissionDto): Whom {
  if (contact === undefined) {
    if (subjectId === undefined) throw invalidRequest([{ pointer: '/subjectId', code: 'missing' }]);
    return { subjectId };
  }
  const excess = { subjectId, contactPointId };
  const faults = Object.entries(excess).filter(([, value]) => value !== undefined);
  if (faults.length > 0) {
    throw invalidRequest(faults.map(([name]) => ({ pointer: `/${name}`, code: 'unknown-member' })));
  }
  if (contact.kind === 'external-id' && contact.system === undefined) {
    throw invalidRequest([{ pointer: '/contact/system', code: 'missing' }]);
  }
  return { contact: contactValueOf(contact) };
}

/** A problem of a question whose instants stand in a body: it is told at its place there. */
export function inBody(problem: Problem): Problem {
  const { faults } = problem.details;
  if (faults === undefined) return problem;
  const placed = faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace('?', '/') }));
  return new Problem(problem.code, { ...problem.details, faults: placed });
}
