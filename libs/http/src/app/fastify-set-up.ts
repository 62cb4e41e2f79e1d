import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { ProblemFilter } from '../problems/problem.filter.js';
import { parseBody } from '../validation/json-text.js';
import { invalidRequest } from '../validation/validate.js';
import { newRequestId } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** Largest body, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;
/** A client that sends slower than this is cut off, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;

/** How Fastify is set up: no log of its own, bounded in size and time, and every error a problem document. */
export function fastifyOptions(filter: ProblemFilter, isHttps: boolean): FastifyServerOptions {
  return {
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Requests that arrive on open connections while the server ends are still served.
    return503OnClosing: false,
    genReqId: newRequestId,
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true },
    // An address that cannot be read is answered before any hook has run.
    frameworkErrors: (error, request, reply) => {
      filter.answer(error, request, reply.headers(securityHeaders(isHttps)));
    },
    clientErrorHandler: answerUnreadable,
  };
}

/** The only content type of the API is JSON; routes that read others register their parser themselves. */
export function readJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    const parsed = parseBody(body as Buffer);
    if (parsed.faults === undefined) done(null, parsed.value);
    else done(invalidRequest(parsed.faults));
  });
}

/** What is not even HTTP gets a problem document on the bare connection. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify({
    type: '/problems/invalid-request',
    title: 'Malformed request',
    status: isLarge ? 431 : 400,
    detail: 'The request is not HTTP that this server can read.',
    code: 'invalid-request',
  });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
}
