import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { languageOf } from '../routes/language.js';
import type { LedgerRequest } from '../routes/request.js';
import type { RouteList } from '../routes/route-list.js';
import { withoutStack } from '../app/logger.js';
import { instanceOf } from '../app/request-id.js';
import { problems, type ProblemCode } from '../problems.js';
import { occurrenceOf } from './occurrence-of.js';
import { problemDocument, type Occurrence } from './problem-document.js';

/** Turns every error of every request into a problem document (RFC 9457), in the language of its reader. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteList,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<LedgerRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with the problem that an error stands for. */
  answer(error: unknown, request: LedgerRequest, reply: FastifyReply): void {
    const occurrence = this.routed(occurrenceOf(error), request);
    const language = languageOf(request);
    const instance = instanceOf(request.id);
    this.log(occurrence, error, request, instance);
    const document = problemDocument(occurrence, language, instance);
    void reply
      .status(document.status)
      .headers({
        'content-type': 'application/problem+json; charset=utf-8',
        'content-language': language,
        vary: 'accept-language',
        ...headersOf(occurrence),
      })
      .send(JSON.stringify(document));
  }

  /** An address that exists for other methods is 405 and names them, instead of 404. */
  private routed(occurrence: Occurrence, request: LedgerRequest): Occurrence {
    if (occurrence.code !== 'not-found' || !request.is404) return occurrence;
    const allow = this.routes.methodsOf(request.url);
    return allow.length === 0 || allow.includes(request.method)
      ? occurrence
      : { code: 'method-not-allowed', details: { allow } };
  }

  private log({ code }: Occurrence, error: unknown, request: LedgerRequest, instance: string): void {
    const { status } = problems[code];
    const line = { instance, code, status, method: request.method, route: request.routeOptions.url };
    const level = levelOf(code, status);
    if (level === 'error') this.logger.error({ ...line, err: error }, 'request failed');
    else if (level === 'warn') this.logger.warn({ ...line, cause: withoutStack(error) }, 'request put off');
    else this.logger.debug(line, 'request declined');
  }
}

/**
 * A fault on our side is an error with its stack. A declared 503 is an answer: the place in the code explains nothing,
 * what the dependency said does. What a client did wrong, and the "no" of a health probe, are worth a line to those who
 * look.
 */
function levelOf(code: ProblemCode, status: number): 'error' | 'warn' | 'debug' {
  if (status < 500 || code === 'not-ready') return 'debug';
  return status === 503 ? 'warn' : 'error';
}

function headersOf({ code, details }: Occurrence): Record<string, string> {
  const { retry, retryAfterSeconds: usual } = problems[code];
  const seconds = details.retryAfterSeconds ?? (retry === 'later' ? usual : undefined);
  return {
    ...(seconds === undefined ? {} : { 'retry-after': String(Math.ceil(seconds)) }),
    ...(details.allow === undefined ? {} : { allow: details.allow.join(', ') }),
    ...(code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="greffe"' } : {}),
  };
}
