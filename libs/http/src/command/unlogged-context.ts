import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Instant } from '#kernel';
import type { CommandContext } from '#runtime';
import { actorRefOf } from '../access/caller.js';
import { Problem } from '../problems/problem.js';
import type { LedgerRequest } from '../routes/request.js';
import { traceparentOf } from './traceparent.js';

/** How long a question's own record (a look, for instance) may be tried, in milliseconds. */
const DEADLINE_MS = 10_000;

/**
 * The context of a question that records something, such as who looked at whom. It stands in no command log: a
 * repeated question is a second look. Throws `unauthenticated` on a public route, where nobody acts.
 */
export function unloggedContext(request: LedgerRequest, now: Instant): CommandContext {
  if (request.caller === null) throw new Problem('unauthenticated');
  const commandId = randomUUID();
  const traceparent = traceparentOf(request.headers['traceparent']);
  return {
    commandId,
    now,
    actor: actorRefOf(request.caller),
    mayBeRetry: false,
    deadline: performance.now() + DEADLINE_MS,
    correlationId: commandId,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
