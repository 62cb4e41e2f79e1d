import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Rejection, type Json, type JsonObject } from '#kernel';
import { actorRefOf } from '../access/caller.js';
import { Problem } from '../problems/problem.js';
import { entityTag } from '../routes/if-match.js';
import type { LedgerRequest } from '../routes/request.js';
import type { CommandPlan } from '../routes/route-plan.js';
import { CommandLogPort, type CommandRequest, type KeptOutcome } from './command-log.port.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { traceparentOf } from './traceparent.js';

/**
 * Opens the row of the command log before a command's handler and finishes it after, so that a retry never decides
 * twice (architecture.md §5). The request has been checked already: a malformed one leaves no row.
 */
@Injectable()
export class CommandInterceptor implements NestInterceptor {
  constructor(private readonly commandLog: CommandLogPort) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = host.switchToHttp();
    return from(this.run(http.getRequest<LedgerRequest>(), http.getResponse<FastifyReply>(), next));
  }

  private async run(request: LedgerRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const begun = await this.commandLog.begin(commandRequestOf(request));
    if (begun.kind === 'answered') {
      void reply.header('idempotency-replayed', 'true');
      return repeat(begun.outcome, reply);
    }
    if (begun.finished) void reply.header('idempotency-replayed', 'true');
    request.commandContext = begun.context;
    const { commandId } = begun.context;
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle());
    } catch (error) {
      await this.end(commandId, error);
      throw error;
    }
    await this.commandLog.finish(commandId, withoutEvents(answer) ? nothingNew(answer, reply) : undefined);
    return tagged(answer, reply);
  }

  /** A rejection is an outcome; anything else leaves the command undecided, so that a retry may run at once. */
  private async end(commandId: string, error: unknown): Promise<void> {
    if (error instanceof Rejection) {
      const { code, pointer } = error;
      await this.commandLog.finish(commandId, {
        kind: 'rejected',
        code,
        ...(pointer === undefined ? {} : { pointer }),
      });
    } else {
      // The answer is the error that brought us here; a row that stays open is taken over when its lease ends.
      await this.commandLog.release(commandId).catch(() => undefined);
    }
  }
}

/** What the command log compares and keeps. Throws `idempotency-key-required`, `invalid-request`, `if-match-required`. */
function commandRequestOf(request: LedgerRequest): CommandRequest {
  const { plan } = request.routeOptions.config;
  const command = plan?.command;
  if (command === undefined || request.caller === null) throw new Problem('internal');
  const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key'], isKeyRequired(command));
  const traceparent = traceparentOf(request.headers['traceparent']);
  const params = request.params as Readonly<Record<string, string>>;
  return {
    client: request.caller.clientId,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    body: {
      path: params,
      ifMatch: request.headers['if-match'] ?? null,
      body: (request.sentBody ?? null) as Json,
    },
    actor: actorRefOf(request.caller),
    isNo: command.isNo,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(params['subjectId'] === undefined ? {} : { subjectId: params['subjectId'] }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** A "no" and a write under `If-Match` do without: neither can count twice. */
function isKeyRequired({ isNo, ifMatch }: CommandPlan): boolean {
  return !isNo && !ifMatch;
}

function withoutEvents(answer: unknown): answer is JsonObject {
  return typeof answer === 'object' && answer !== null && 'appended' in answer && answer.appended === 0;
}

function nothingNew(body: JsonObject, reply: FastifyReply): KeptOutcome {
  return { kind: 'nothing-new', status: reply.statusCode, body };
}

function repeat(outcome: KeptOutcome, reply: FastifyReply): unknown {
  if (outcome.kind === 'rejected') throw new Rejection(outcome.code, undefined, outcome.pointer);
  void reply.status(outcome.status);
  return tagged(outcome.body, reply);
}

/** Names the stream's new revision as the answer's entity tag, which the next `If-Match` can repeat. */
function tagged(answer: unknown, reply: FastifyReply): unknown {
  if (typeof answer === 'object' && answer !== null && 'revision' in answer) {
    const { revision } = answer;
    if (typeof revision === 'number') void reply.header('etag', entityTag(revision));
  }
  return answer;
}
