import type { Json, Uuid } from '#kernel';
import type { CommandRequest } from '#runtime';
import { actorRefOf } from '../access/caller.js';
import { Problem } from '../problems/problem.js';
import { ifMatchOf } from '../routes/if-match.js';
import type { LedgerRequest } from '../routes/request.js';
import type { CommandPlan } from '../routes/route-plan.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { traceparentOf } from './traceparent.js';

/**
 * What the command log is told of a request. Path and `If-Match` belong to what a retry must repeat: the same key on
 * another person is another command. Throws `idempotency-key-required`, `if-match-required`, `invalid-request`.
 */
export function commandRequestOf(request: LedgerRequest): CommandRequest {
  const command = request.routeOptions.config.plan?.command;
  if (command === undefined || request.caller === null) throw new Problem('internal');
  if (command.ifMatch) ifMatchOf(request);
  const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key'], isKeyRequired(command));
  const traceparent = traceparentOf(request.headers['traceparent']);
  const path = pathOf(request);
  const ifMatch = request.headers['if-match'] ?? null;
  return {
    client: request.caller.clientId,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    body: { path, ifMatch, body: (request.sentBody ?? null) as Json },
    actor: actorRefOf(request.caller),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(path['subjectId'] === undefined ? {} : { subjectId: path['subjectId'] }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** The persons a command was about, as path and answer name them: whose erasure blanks its row. */
export function concernedSubjects(request: LedgerRequest, answer: unknown): readonly Uuid[] {
  const { subjectId, subjectIds } = (answer ?? {}) as {
    readonly subjectId?: unknown;
    readonly subjectIds?: unknown;
  };
  const several = Array.isArray(subjectIds) ? (subjectIds as readonly unknown[]) : [];
  const named = [pathOf(request)['subjectId'], subjectId, ...several];
  return [...new Set(named.filter((id): id is Uuid => typeof id === 'string'))];
}

function pathOf(request: LedgerRequest): Readonly<Record<string, string>> {
  return { ...(request.params as Readonly<Record<string, string>>) };
}

/** A "no" and a write under `If-Match` do without: neither can count twice. */
function isKeyRequired({ isNo, ifMatch }: CommandPlan): boolean {
  return !isNo && !ifMatch;
}
