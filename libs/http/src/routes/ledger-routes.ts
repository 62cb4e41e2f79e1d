import { applyDecorators, Get, HttpCode, Post, Put, RequestMethod, UseInterceptors } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/internal';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { ApiScope } from '../access/api-scopes.js';
import { CommandInterceptor } from '../command/command.interceptor.js';
import { documented, type AnswerClass, type OtherAnswers } from '../documentation/documented.js';
import type { BodyType, CommandPlan, RoutePlan } from './route-plan.js';
import { inputsOf } from './route-reflection.js';

/** What every route says about itself. */
export interface RouteOptions {
  /** The one right that the caller must carry. */
  readonly scope: ApiScope;
  /** One line for the API documentation. */
  readonly summary: string;
  readonly description?: string;
  /** Status of success; 201 for a command, 200 for a question. */
  readonly status?: number;
  /** Class of the answer for the API documentation; in an array: a list of them. */
  readonly answer?: AnswerClass;
  /** What it may answer beside: `{ 200: { description: 'Known already.', answer: AckDto } }`. */
  readonly otherAnswers?: OtherAnswers;
  /** Media types of a body; JSON alone by default. */
  readonly accepts?: readonly BodyType[];
  /** Takes CSV and answers CSV: a file that the API documentation shows, and that can be sent as it stands. */
  readonly csv?: string;
  /**
   * Role `subject` may use a route only if its path has `:subjectId`, which must be the caller's own.
   * `handler`: the handler itself checks `ActorOf().subjectId`.
   */
  readonly owner?: 'path' | 'handler';
}

/** What a command route says beside. */
export interface CommandRouteOptions extends RouteOptions {
  /** The act is a "no": the idempotency key is optional, and nothing stands in its way. */
  readonly isNo?: boolean;
}

/**
 * A command: `POST` with an idempotency key. The handler takes `@Ctx() context: CommandContext` and answers with
 * `{...tokens.ack(outcome), …ids}`; the row of the command log is opened before it runs and finished after.
 */
export function LedgerPost(path: string, options: CommandRouteOptions): MethodDecorator {
  const command = { isNo: options.isNo ?? false, ifMatch: false };
  return commandRoute(Post(path), options, command);
}

/**
 * A command that replaces: `PUT` with `If-Match`, which the handler reads with `@IfMatchRevision()`. The idempotency
 * key is optional, because the revision already keeps a repetition from counting twice.
 */
export function LedgerPut(path: string, options: RouteOptions & { readonly ifMatch: true }): MethodDecorator {
  return commandRoute(Put(path), { status: 200, ...options }, { isNo: false, ifMatch: options.ifMatch });
}

/** A question whose answer is read: `GET`. */
export function LedgerGet(path: string, options: RouteOptions): MethodDecorator {
  return route(Get(path), { status: 200, ...options }, undefined);
}

/**
 * A question that needs a body, because it names a person by an address: `POST` without idempotency key. A handler
 * that records the look takes `@Ctx()`, whose context is new for every request.
 */
export function LedgerAsk(path: string, options: RouteOptions): MethodDecorator {
  return route(Post(path), { status: 200, ...options }, undefined);
}

/** A page or document for everybody, without credentials. */
export function PublicGet(
  path: string,
  options: Pick<RouteOptions, 'summary' | 'description' | 'answer' | 'otherAnswers'>,
): MethodDecorator {
  return publicRoute(Get(path), { status: 200, ...options });
}

/** A `POST` for everybody, without credentials: one-click unsubscribing, the development issuer. */
export function PublicPost(
  path: string,
  options: Pick<RouteOptions, 'summary' | 'description' | 'status' | 'answer' | 'otherAnswers' | 'accepts'>,
): MethodDecorator {
  return publicRoute(Post(path), { status: 200, ...options });
}

function commandRoute(verb: MethodDecorator, options: RouteOptions, command: CommandPlan): MethodDecorator {
  return applyDecorators(
    route(verb, { status: 201, ...options }, command),
    UseInterceptors(CommandInterceptor),
  );
}

function route(
  verb: MethodDecorator,
  { scope, owner = 'path', status = 200, accepts, ...words }: RouteOptions,
  command: CommandPlan | undefined,
): MethodDecorator {
  const plan = {
    access: { kind: 'scope', scope },
    owner,
    ...(accepts && { accepts }),
    ...(command && { command }),
  } as const;
  return planned(verb, plan, status, words);
}

function publicRoute(
  verb: MethodDecorator,
  { status = 200, accepts, ...words }: Omit<RouteOptions, 'scope'>,
): MethodDecorator {
  const plan = { access: { kind: 'public' }, owner: 'handler', ...(accepts && { accepts }) } as const;
  return planned(verb, plan, status, words);
}

/** Puts the verb, the plan and the documentation on a handler. */
function planned(
  verb: MethodDecorator,
  decided: Omit<RoutePlan, 'params'>,
  status: number,
  words: Pick<RouteOptions, 'summary' | 'description' | 'answer' | 'otherAnswers' | 'csv'>,
): MethodDecorator {
  return (target, method, descriptor) => {
    const plan: RoutePlan = { ...decided, ...inputsOf(target, method) };
    verb(target, method, descriptor);
    const takesBody = Reflect.getMetadata(METHOD_METADATA, descriptor.value as object) !== RequestMethod.GET;
    const documentation = documented(plan, status, { ...words, takesBody });
    const decorators = [HttpCode(status), RouteConfig({ plan }), documentation];
    for (const decorator of decorators) decorator(target, method, descriptor);
  };
}
