import type { ApiScope } from '../access/api-scopes.js';
import type { Class } from '../validation/dto-fields.js';
import type { Shape } from '../validation/shape.js';

/** Who may call a route: everybody, or whoever carries one scope. */
export type Access = { readonly kind: 'public' } | { readonly kind: 'scope'; readonly scope: ApiScope };

/** What a command route asks of its caller. */
export interface CommandPlan {
  /** A "no" is never lost: its idempotency key is optional, and conflicts are retried until the deadline. */
  readonly isNo: boolean;
  /** The command overwrites: the caller must name the revision it has seen (`If-Match`). */
  readonly ifMatch: boolean;
}

/**
 * Media types that a route may read: JSON and forms arrive as objects, CSV as a stream that the handler reads within
 * limits of its own. A multipart body is taken and not looked into, for the one route whose senders have nothing to say
 * in it (RFC 8058).
 */
export type BodyType =
  'application/json' | 'application/x-www-form-urlencoded' | 'multipart/form-data' | 'text/csv';

/**
 * Everything about a route that can be known before a request arrives, so that a request costs no reflection.
 * It stands in Fastify's route configuration; a route without a plan stops the start.
 */
export interface RoutePlan {
  readonly access: Access;
  /**
   * How the rule "role `subject` touches its own person only" is held: `path` by comparing `:subjectId`, which the
   * path must have; `handler` by the handler, which answers for it.
   */
  readonly owner: 'path' | 'handler';
  /** Media types of a body; JSON alone if absent. */
  readonly accepts?: readonly BodyType[];
  readonly body?: Class;
  readonly query?: Class;
  readonly params: readonly { readonly name: string; readonly shape: Shape }[];
  readonly command?: CommandPlan;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by the route decorators of this library. */
    plan?: RoutePlan;
  }
}
