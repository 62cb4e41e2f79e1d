import {
  createParamDecorator,
  Inject,
  Injectable,
  Param,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { Clock } from '#kernel';
import { CLOCK, type CommandContext } from '#runtime';
import type { Caller } from '../access/caller.js';
import { unloggedContext } from '../command/unlogged-context.js';
import { languageOf } from './language.js';
import { ifMatchOf } from './if-match.js';
import { Problem } from '../problems/problem.js';
import type { LedgerRequest } from './request.js';
import { declareParam } from './route-reflection.js';
import type { Shape } from '../validation/shape.js';
import { slug, uuid } from '../validation/text-shapes.js';

/** Gives a question its context, by the clock that the whole ledger goes by. */
@Injectable()
export class ContextPipe implements PipeTransform<LedgerRequest, CommandContext> {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  transform(request: LedgerRequest): CommandContext {
    request.commandContext ??= unloggedContext(request, this.clock.now());
    return request.commandContext;
  }
}

const RequestParam = createParamDecorator((_: unknown, host: ExecutionContext) => requestOf(host));

/** The `CommandContext` of this request: the command log's on a command route, a new one on a question. */
export const Ctx = (): ParameterDecorator => RequestParam(ContextPipe);

/** Who sent the request, as a {@link Caller}. */
export const ActorOf = createParamDecorator((_: unknown, host: ExecutionContext): Caller => {
  const { caller } = requestOf(host);
  if (caller === null) throw new Problem('unauthenticated');
  return caller;
});

/** The language in which the answer speaks: `fr` or `en`, by `Accept-Language`. */
export const Lang = createParamDecorator((_: unknown, host: ExecutionContext) => languageOf(requestOf(host)));

/** The stream revision that the caller has seen, as a `bigint`; on routes with `ifMatch`. */
export const IfMatchRevision = createParamDecorator((_: unknown, host: ExecutionContext) =>
  ifMatchOf(requestOf(host)),
);

/** A UUID in the path. */
export const UuidParam = (name: string): ParameterDecorator => shapedParam(name, uuid());

/** A short code in the path. */
export const SlugParam = (name: string): ParameterDecorator => shapedParam(name, slug());

/** A part of the path of any shape. */
export function shapedParam(name: string, shape: Shape): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined) throw new TypeError('A path parameter belongs to a handler.');
    declareParam(target, method, name, shape);
    Param(name)(target, method, index);
    const descriptor = Object.getOwnPropertyDescriptor(target, method);
    if (descriptor === undefined) return;
    ApiParam({ name, schema: { ...shape.schema, example: shape.example() } as object })(
      target,
      method,
      descriptor,
    );
  };
}

function requestOf(host: ExecutionContext): LedgerRequest {
  return host.switchToHttp().getRequest<LedgerRequest>();
}
