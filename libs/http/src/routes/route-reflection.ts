import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { fieldsOf, type Class } from '../validation/dto-fields.js';
import type { Shape } from '../validation/shape.js';
import type { RoutePlan } from './route-plan.js';

const PARAMS = 'greffe:params';

/** Notes the shape of a part of the path; parameter decorators run before the method's own. */
export function declareParam(target: object, method: string | symbol, name: string, shape: Shape): void {
  const known = paramsOf(target, method);
  Reflect.defineMetadata(PARAMS, [...known, { name, shape }], target, method);
}

/** What a handler declares about its path, query and body. Throws for a `@Body()` class without a declared field. */
export function inputsOf(
  target: object,
  method: string | symbol,
): Pick<RoutePlan, 'body' | 'query' | 'params'> {
  const body = classAt(target, method, RouteParamtypes.BODY);
  const query = classAt(target, method, RouteParamtypes.QUERY);
  return {
    ...(body === undefined ? {} : { body }),
    ...(query === undefined ? {} : { query }),
    params: paramsOf(target, method),
  };
}

function paramsOf(target: object, method: string | symbol): RoutePlan['params'] {
  return (Reflect.getMetadata(PARAMS, target, method) as RoutePlan['params'] | undefined) ?? [];
}

/** The class of the parameter that takes the whole body or query. */
function classAt(target: object, method: string | symbol, kind: RouteParamtypes): Class | undefined {
  const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) as
    Readonly<Record<string, { readonly index: number }>> | undefined;
  const entry = Object.entries(args ?? {}).find(([key]) => key.startsWith(`${String(kind)}:`));
  if (entry === undefined) return undefined;
  const types = Reflect.getMetadata('design:paramtypes', target, method) as readonly Class[] | undefined;
  const dto = types?.[entry[1].index];
  if (dto === undefined || fieldsOf(dto).length === 0) {
    throw new TypeError(
      `${target.constructor.name}.${String(method)}: the ${RouteParamtypes[kind].toLowerCase()} must be a class with declared fields, imported as a value`,
    );
  }
  return dto;
}
