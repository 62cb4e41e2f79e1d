import { Problem } from '../problems/problem.js';
import type { Caller } from './caller.js';
import type { ActorResolver, ServiceKeyVerifier, TokenVerifier } from './ports.js';
import { rightsOfServiceKey, rightsOfToken } from './rights-of-credential.js';
import { VerifiedTokens } from './verified-tokens.js';

/** What static service keys begin with. */
const SERVICE_KEY = 'grf_';
/** What a token may consist of (RFC 6750, 2.1). */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/;
/** Nobody's token is longer; anything else is refused before it costs a hash. */
const MAX_TOKEN_LENGTH = 8192;

/** Where callers come from; absent parts accept nobody. */
export interface AuthenticatorPorts {
  readonly tokens?: TokenVerifier | undefined;
  readonly serviceKeys?: ServiceKeyVerifier | undefined;
  readonly actors: ActorResolver;
}

/** Says who sent a request, from its `Authorization` header (RFC 6750) and nothing else. */
export class Authenticator {
  private readonly verified = new VerifiedTokens();
  private readonly underWay = new Map<string, Promise<Caller>>();

  constructor(private readonly ports: AuthenticatorPorts) {}

  /**
   * The caller; at once where the token was verified before. `connection` is what the request came
   * on, if it may carry more of them. Throws or rejects with `unauthenticated` if there is no
   * valid credential, `forbidden` if a valid one carries no right here, `identity-unavailable` if it cannot be checked.
   */
  authenticate(authorization: string | undefined, connection?: object): Caller | Promise<Caller> {
    const token = bearerOf(authorization);
    if (token.startsWith(SERVICE_KEY)) return this.callerOfServiceKey(token);
    return this.verified.get(token, connection) ?? this.callerOfToken(token);
  }

  /** A key's own store remembers it and knows at once when it is revoked, so nothing is remembered here. */
  private async callerOfServiceKey(secret: string): Promise<Caller> {
    const key = await this.ports.serviceKeys?.verify(secret);
    if (key === undefined) throw new Problem('unauthenticated');
    return { actorId: key.actorId, ...rightsOfServiceKey(key) };
  }

  /** A burst of requests with one new token verifies it once. */
  private callerOfToken(token: string): Promise<Caller> {
    let caller = this.underWay.get(token);
    if (caller === undefined) {
      caller = this.verify(token).finally(() => this.underWay.delete(token));
      this.underWay.set(token, caller);
    }
    return caller;
  }

  private async verify(token: string): Promise<Caller> {
    if (!BEARER.test(token)) throw new Problem('unauthenticated');
    const claims = await this.ports.tokens?.verify(token);
    if (claims === undefined) throw new Problem('unauthenticated');
    const rights = rightsOfToken(claims);
    if (rights === undefined)
      throw new Problem('forbidden', { note: 'The token carries no role or scope of Greffe.' });
    const { issuer, sub } = claims;
    const actorId =
      rights.subjectId ?? (await this.ports.actors.resolve({ issuer, sub, kind: rights.kind })).actorId;
    const caller = { actorId, ...rights };
    this.verified.set(token, caller, claims.expiresAt);
    return caller;
  }
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined || authorization.length > MAX_TOKEN_LENGTH)
    throw new Problem('unauthenticated');
  if (authorization.slice(0, 7).toLowerCase() !== 'bearer ') throw new Problem('unauthenticated');
  return authorization.slice(7).trim();
}
