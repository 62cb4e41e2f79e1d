import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { admit } from '../access/admission.js';
import type { Authenticator } from '../access/authenticator.js';
import type { Caller } from '../access/caller.js';
import type { HttpMetrics } from '../operations/http-metrics.js';
import type { RouteList } from '../routes/route-list.js';
import type { RoutePlan } from '../routes/route-plan.js';
import { checkRequest } from '../validation/check-request.js';
import { instanceOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** A request that takes longer is worth a line in the log, in milliseconds. */
const SLOW_MS = 1000;

/** What every request passes through. */
export interface RequestPath {
  readonly routes: RouteList;
  /** Known once the application stands. */
  readonly authenticator: () => Authenticator;
  readonly metrics: HttpMetrics;
  readonly logger: Logger;
  /** The server is reached by https, so browsers may be told never to use anything else. */
  readonly isHttps: boolean;
}

type Done = (error?: Error) => void;

/**
 * Checks of a request, before Nest sees it. They are hooks of Fastify and not guards and pipes, for two reasons: a caller
 * without rights is turned away before the body is read, and a route's plan is looked up once, at the start.
 */
export function addRequestHooks(fastify: FastifyInstance, path: RequestPath): void {
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('commandContext', null);
  fastify.decorateRequest('sentBody', undefined);
  fastify.addHook('onRoute', ({ method, url, config }) => path.routes.add(method, url, config?.plan));
  fastify.addHook('onRequest', knownCaller(path));
  fastify.addHook('preHandler', checkedRequest);
  fastify.addHook('onResponse', accounted(path));
}

/** Who calls, and whether they may. */
function knownCaller({ authenticator, isHttps }: RequestPath) {
  const headers = securityHeaders(isHttps);
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    void reply.headers(headers);
    const { plan } = request.routeOptions.config;
    if (plan === undefined || plan.access.kind === 'public') {
      done();
      return;
    }
    try {
      const caller = authenticator().authenticate(request.headers.authorization, request.raw.socket);
      if (caller instanceof Promise) caller.then((known) => enter(plan, known, request, done), done);
      else enter(plan, caller, request, done);
    } catch (error) {
      done(error as Error);
    }
  };
}

function enter(plan: RoutePlan, caller: Caller, request: FastifyRequest, done: Done): void {
  try {
    admit(plan, caller, request.params);
  } catch (error) {
    done(error as Error);
    return;
  }
  request.caller = caller;
  done();
}

/** Whether the request has the shape that its route declares. */
function checkedRequest(request: FastifyRequest, _reply: FastifyReply, done: Done): void {
  const { plan } = request.routeOptions.config;
  request.sentBody = request.body;
  if (plan === undefined || declaresNothing(plan)) {
    done();
    return;
  }
  try {
    const { query, body } = checkRequest(plan, request);
    request.query = query;
    request.body = body;
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
}

function declaresNothing({ body, query, params }: RoutePlan): boolean {
  return body === undefined && query === undefined && params.length === 0;
}

/** Counts a request and, if it is slow or somebody is watching, writes a line about it. */
function accounted({ metrics, logger }: RequestPath) {
  const isWatched = logger.isLevelEnabled('debug');
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const milliseconds = reply.elapsedTime;
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.observe(request.method, route, reply.statusCode, milliseconds);
    if (isWatched || milliseconds > SLOW_MS) {
      const level = milliseconds > SLOW_MS ? 'info' : 'debug';
      const { method } = request;
      const took = Math.round(milliseconds * 10) / 10;
      logger[level](
        { instance: instanceOf(request.id), method, route, status: reply.statusCode, ms: took },
        'request',
      );
    }
    done();
  };
}
