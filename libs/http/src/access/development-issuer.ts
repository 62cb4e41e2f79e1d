import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Role } from './api-scopes.js';
import { claimsOf } from './claims.js';
import type { TokenVerifier, VerifiedClaims } from './ports.js';

const ISSUER = 'urn:greffe:development-issuer';
const AUDIENCE = 'greffe';
const TYPE = 'at+jwt';
const KEY_FILE = 'development-issuer.pem';

/** Life of a development token, in seconds. */
export const DEVELOPMENT_TOKEN_SECONDS = 8 * 3600;

/**
 * Hands out any role to whoever asks, so that a first try needs no identity provider. It exists on the embedded default
 * behind a loopback address only; its key is made per installation and readable by its owner alone.
 */
export class DevelopmentIssuer implements TokenVerifier {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  /** Reads or makes the key in this folder. */
  constructor(folder: string) {
    this.privateKey = createPrivateKey(keyIn(folder));
    this.publicKey = createPublicKey(this.privateKey);
  }

  /** A token of this role. `sub` is who acts; for role `subject` it must be that person's `subjectId`. */
  async issue(role: Role, sub: string): Promise<string> {
    return new SignJWT({ roles: [role], client_id: `development-${role}` })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(`${String(DEVELOPMENT_TOKEN_SECONDS)}s`)
      .sign(this.privateKey);
  }

  async verify(token: string): Promise<VerifiedClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.publicKey, {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        requiredClaims: ['sub', 'exp'],
      });
      return claimsOf(ISSUER, payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

function keyIn(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, KEY_FILE);
  if (!existsSync(file)) makeKey(file);
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8');
}

/** Of two first starts one wins, and neither reads half a file: the name appears when the key is whole. */
function makeKey(file: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** Whether a server that listens on this host can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether a `Host` header names this machine, with any port. A page in a browser that was led to this address under
 * another name (DNS rebinding) does not get a token.
 */
export function isLocalHostHeader(header: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(header ?? '');
}

/** What a server with a development issuer prints at every start. */
export function developmentBanner(url: string): string {
  return [
    '***********************************************************************',
    '* DEVELOPMENT IDENTITY: anybody on this machine can become anybody.    *',
    '* Émetteur de développement : chacun, sur cette machine, peut se faire *',
    '* passer pour n’importe qui. Ne mettez ici aucune vraie personne.      *',
    '* Do not put real people in. For earnest use set GREFFE_OIDC_ISSUER.   *',
    '***********************************************************************',
    `  curl -s ${url}/dev/token -H 'content-type: application/json' -d '{"role":"dpo"}'`,
  ].join('\n');
}
