import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type RemoteJWKSet } from 'jose';
import { Problem } from '../problems/problem.js';
import { claimsOf, type ClaimNames } from './claims.js';
import type { TokenVerifier, VerifiedClaims } from './ports.js';

/** Signature algorithms that are accepted: asymmetric ones only, so that no shared secret can sign (RFC 8725, 3.1). */
export const TOKEN_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'PS256', 'RS256'];

/** How far the issuer's clock and ours may differ, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;
const TIMEOUT_MS = 5000;
/** A discovery document is trusted this long; its key set has a shorter life of its own. */
const DISCOVERY_AGE_MS = 3_600_000;

/** An issuer whose access tokens are accepted. */
export interface OidcOptions extends ClaimNames {
  /** Compared character by character with the `iss` claim. */
  readonly issuer: string;
  /** What the `aud` claim must contain. */
  readonly audience: string;
  /** Where the public keys are; absent: the issuer's discovery document says so. */
  readonly jwksUrl?: string | undefined;
  /** Accepted `typ` headers; default `at+jwt` (RFC 9068). Issuers that write `JWT` must be allowed to by name. */
  readonly tokenTypes?: readonly string[] | undefined;
}

/** Checks access tokens of an OpenID Connect issuer: algorithm, signature, issuer, audience, type and time. */
export class OidcVerifier implements TokenVerifier {
  private keys: { readonly set: RemoteJWKSet; readonly until: number } | undefined;

  constructor(private readonly options: OidcOptions) {}

  async verify(token: string): Promise<VerifiedClaims | undefined> {
    const { issuer, audience, tokenTypes = ['at+jwt'] } = this.options;
    const keys = await this.keySet();
    const checked = await verified(() =>
      jwtVerify(token, keys, {
        algorithms: TOKEN_ALGORITHMS,
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'exp'],
      }),
    );
    if (checked === undefined || !isAcceptedType(checked.protectedHeader.typ, tokenTypes)) return undefined;
    return claimsOf(issuer, checked.payload, this.options);
  }

  private async keySet(): Promise<RemoteJWKSet> {
    const now = Date.now();
    if (this.keys === undefined || this.keys.until <= now) {
      const url = this.options.jwksUrl ?? (await discoverKeys(this.options.issuer));
      const set = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS });
      this.keys = { set, until: now + DISCOVERY_AGE_MS };
    }
    return this.keys.set;
  }
}

interface Checked {
  readonly payload: JWTPayload;
  readonly protectedHeader: { readonly typ?: string };
}

/** A fault of the token is `undefined`; a key set that cannot be had is `identity-unavailable`. */
async function verified(verify: () => Promise<Checked>): Promise<Checked | undefined> {
  try {
    return await verify();
  } catch (error) {
    if (isFaultOfToken(error)) return undefined;
    throw new Problem('identity-unavailable', {}, { cause: error });
  }
}

function isFaultOfToken(error: unknown): boolean {
  const isKeySetFault = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (isKeySetFault) return false;
  // `JOSEError` itself is what the library throws when the key set answers anything but 200 and JSON.
  return error instanceof errors.JOSEError && error.code !== errors.JOSEError.code;
}

/** RFC 9068, 2.1: the prefix `application/` may be left out, and case does not matter. */
function isAcceptedType(typ: string | undefined, accepted: readonly string[]): boolean {
  const plain = (typ ?? '').toLowerCase().replace(/^application\//, '');
  return accepted.some((type) => type.toLowerCase() === plain);
}

/** Address of an issuer's public keys (OpenID Connect Discovery 1.0, 4). Throws `identity-unavailable`. */
async function discoverKeys(issuer: string): Promise<string> {
  try {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    const metadata = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (!response.ok || metadata.issuer !== issuer || typeof metadata.jwks_uri !== 'string') {
      throw new Error('The discovery document is not of this issuer.');
    }
    return metadata.jwks_uri;
  } catch (error) {
    throw new Problem('identity-unavailable', {}, { cause: error });
  }
}
