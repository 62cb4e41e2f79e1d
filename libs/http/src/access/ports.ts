import type { Uuid } from '#kernel';
import type { Caller } from './caller.js';

/** Gives an identity of an issuer its pseudonym; the key store's map of actors does. */
export interface ActorResolver {
  /** The actor id of an identity, allocated when it is met for the first time. */
  resolve(identity: {
    readonly issuer: string;
    readonly sub: string;
    readonly kind: Caller['kind'];
  }): Promise<{ readonly actorId: Uuid }>;
}

/** Knows the static service keys; the key store does. */
export interface ServiceKeyVerifier {
  /** Who holds this secret; `undefined` if it is unknown, expired or revoked. */
  verify(secret: string): Promise<
    | {
        readonly clientId: string;
        readonly actorId: Uuid;
        readonly scopes: readonly string[];
      }
    | undefined
  >;
}

/** What a verified bearer token says. Personal claims stay out of it. */
export interface VerifiedClaims {
  readonly issuer: string;
  readonly sub: string;
  /** The program that the token was issued to (`client_id`, `azp`), or else its subject. */
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Checks bearer tokens of one issuer. */
export interface TokenVerifier {
  /** The claims of a token that is valid now; `undefined` if it is not. Throws if the issuer cannot be asked. */
  verify(token: string): Promise<VerifiedClaims | undefined>;
}
