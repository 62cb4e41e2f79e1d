import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Rejection } from '#kernel';
import type { Attempt } from '#runtime';
import { HttpPortsRef, type CommandLogPort } from '../app/http-ports.js';
import { entityTag } from '../routes/if-match.js';
import type { LedgerRequest } from '../routes/request.js';
import { commandRequestOf, concernedSubjects } from './command-request.js';
import { keptAnswer, keptRejection, repeated } from './kept-outcome.js';

/**
 * Opens the row of the command log before a command's handler and finishes it after, so that a retry never decides
 * twice (architecture.md §5). The request has been checked already: a malformed one leaves no row.
 */
@Injectable()
export class CommandInterceptor implements NestInterceptor {
  constructor(@Inject(HttpPortsRef) private readonly ports: HttpPortsRef) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = host.switchToHttp();
    return from(this.run(http.getRequest<LedgerRequest>(), http.getResponse<FastifyReply>(), next));
  }

  private async run(request: LedgerRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const { commandLog } = this.ports.current;
    const begun = await commandLog.begin(commandRequestOf(request));
    const isReplay = begun.kind === 'answered' || begun.attempt.isReplay;
    if (isReplay) void reply.header('idempotency-replayed', 'true');
    if (begun.kind === 'answered') {
      const { status, body } = repeated(begun.outcome);
      return tagged(body, reply.status(status));
    }
    request.commandContext = begun.context;
    try {
      const answer: unknown = await lastValueFrom<unknown>(next.handle()).catch((error: unknown) =>
        this.failed(commandLog, begun.attempt, request, error),
      );
      const kept = keptAnswer(answer, reply.statusCode);
      await commandLog.finish(begun.attempt, kept, concernedSubjects(request, answer));
      return tagged(answer, reply);
    } catch (error) {
      // Undecided, or not effective yet: a retry may run at once. The client is told of the first error; a row that
      // stays open is taken over when its lease ends.
      if (!(error instanceof Rejection)) await commandLog.release(begun.attempt).catch(() => undefined);
      throw error;
    }
  }

  /** A rejection is an outcome; anything else leaves the command undecided. */
  private async failed(
    log: CommandLogPort,
    attempt: Attempt,
    request: LedgerRequest,
    error: unknown,
  ): Promise<never> {
    if (error instanceof Rejection) {
      await log.finish(attempt, keptRejection(error), concernedSubjects(request, undefined));
    }
    throw error;
  }
}

/** Names the stream's new revision as the answer's entity tag, which the next `If-Match` can repeat. */
function tagged(answer: unknown, reply: FastifyReply): unknown {
  if (typeof answer === 'object' && answer !== null && 'revision' in answer) {
    const { revision } = answer;
    if (typeof revision === 'number' && revision >= 0) void reply.header('etag', entityTag(revision));
  }
  return answer;
}
