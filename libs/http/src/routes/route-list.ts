import type { RoutePlan } from './route-plan.js';

/** A route of the server with its plan. */
export interface ListedRoute {
  readonly method: string;
  /** Template with `:parameters`, as metrics and logs name it. */
  readonly path: string;
  readonly plan: RoutePlan;
}

/** Every route of the server, as Fastify registered it: nothing that answers can be missing. */
export class RouteList {
  private readonly listed: (ListedRoute & { readonly pattern: RegExp })[] = [];

  /** Notes a route. Throws if it has no plan: a route that says nothing about its access is a mistake. */
  add(method: string | readonly string[], path: string, plan: RoutePlan | undefined): void {
    const methods = typeof method === 'string' ? [method] : method;
    if (plan === undefined) throw new RouteWithoutPlan(`${methods.join(', ')} ${path}`);
    for (const one of methods) this.listed.push({ method: one, path, plan, pattern: patternOf(path) });
  }

  /** All routes, in the order of their paths; `HEAD` goes with its `GET` and is left out. */
  all(): readonly ListedRoute[] {
    return this.listed
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, path, plan }) => ({ method, path, plan }))
      .sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`, 'en'));
  }

  /** The methods that an address has; none if it does not exist. */
  methodsOf(url: string): readonly string[] {
    const path = url.split('?', 1)[0] ?? '';
    const methods = this.listed.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}

/** A route was registered without a plan, so nobody decided who may call it. */
export class RouteWithoutPlan extends Error {
  override readonly name = 'RouteWithoutPlan';
  constructor(route: string) {
    super(
      `${route} says nothing about its access: declare it with LedgerGet, LedgerPost, LedgerPut, LedgerAsk, PublicGet or PublicPost`,
    );
  }
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) => segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z0-9_]+/g, '[^/]+'))
    .join('/')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}
