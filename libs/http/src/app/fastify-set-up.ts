import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify';
import { problems } from '../problems.js';
import { Problem } from '../problems/problem.js';
import type { ProblemFilter } from '../problems/problem.filter.js';
import type { BodyType } from '../routes/route-plan.js';
import { parseBody } from '../validation/json-text.js';
import { invalidRequest } from '../validation/validate.js';
import { newRequestId } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** Largest body, in bytes. */
export const MAX_BODY_BYTES = 256 * 1024;
/** A client that sends slower than this is cut off, in milliseconds; a stream of CSV has longer. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Whatever a request is, it ends within this, in milliseconds. */
const LONGEST_REQUEST_MS = 2 * 60 * 60 * 1000;
/** Signed links to unsubscribe are longer than the framework expects. */
const MAX_PARAM_LENGTH = 500;
const KEEP_ALIVE_MS = 72_000;

/** How Fastify is set up: no log of its own, bounded in size and time, and every error a problem document. */
export function fastifyOptions(filter: ProblemFilter, isHttps: boolean): FastifyServerOptions {
  return {
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: LONGEST_REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Requests that arrive on open connections while the server ends are still served.
    return503OnClosing: false,
    genReqId: newRequestId,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // An address that cannot be read is answered before any hook has run.
    frameworkErrors: (error, request, reply) => {
      filter.answer(error, request, reply.headers(securityHeaders(isHttps)));
    },
    clientErrorHandler: answerUnreadable,
  };
}

/**
 * Reads bodies: JSON under the guard of `parseBody`, and where a route says so a form, or CSV as a stream. Anything else,
 * and any of them on a route that does not say so, is 415.
 */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const parsed = body.length === 0 ? { value: undefined } : parseBody(body as Buffer);
    if (!isAccepted(request, 'application/json')) done(new Problem('unsupported-media-type'));
    else if (parsed.faults === undefined) done(null, parsed.value);
    else done(invalidRequest(parsed.faults));
  });
  const form = 'application/x-www-form-urlencoded';
  fastify.addContentTypeParser(form, { parseAs: 'string' }, (request, body, done) => {
    if (isAccepted(request, form)) done(null, Object.fromEntries(new URLSearchParams(body as string)));
    else done(new Problem('unsupported-media-type'));
  });
  const multipart = 'multipart/form-data';
  fastify.addContentTypeParser(multipart, { parseAs: 'buffer' }, (request, _, done) => {
    if (isAccepted(request, multipart)) done(null, {});
    else done(new Problem('unsupported-media-type'));
  });
  fastify.addContentTypeParser('text/csv', (request, stream, done) => {
    if (isAccepted(request, 'text/csv')) done(null, stream);
    else done(new Problem('unsupported-media-type'));
  });
}

/**
 * Cuts off a client whose header or body does not arrive in time, with a problem document (408). Not one that streams CSV: there the
 * answer goes out as the file comes in, and the route watches over its connection itself.
 */
export function cutOffSlow(fastify: FastifyInstance, withinMs = REQUEST_TIMEOUT_MS): void {
  fastify.server.headersTimeout = withinMs;
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    if (hasBody(raw) && !isAccepted(request, 'text/csv')) {
      const timer = setTimeout(() => {
        answerUnreadable(
          Object.assign(new Error('Too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
          raw.socket,
        );
      }, withinMs).unref();
      raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function isAccepted(request: FastifyRequest, type: BodyType): boolean {
  return (request.routeOptions.config.plan?.accepts ?? ['application/json']).includes(type);
}

const UNREADABLE: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/** What is not even HTTP, or never ends, gets a problem document on the bare connection. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, reason] = UNREADABLE[error.code ?? ''] ?? [400, 'Bad Request'];
  const body = JSON.stringify({
    type: '/problems/invalid-request',
    title: problems['invalid-request'].en.title,
    status,
    detail: 'The request is not HTTP that this server can read, or did not end in time.',
    code: 'invalid-request',
  });
  const head = [
    `HTTP/1.1 ${String(status)} ${reason}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
