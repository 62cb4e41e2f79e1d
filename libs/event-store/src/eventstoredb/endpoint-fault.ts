import { connect } from 'node:tls';
import { AccessDenied } from '../errors.js';
import type { NodeAddress, StoreAddress } from './connection-string.js';

/** Why an endpoint of the connection string cannot be used, as far as it can be told apart from outside. */
export type EndpointFault =
  /** Its name leads nowhere. */
  | 'unknown-host'
  /** The machine answers, and nothing listens at the port. */
  | 'nobody-listening'
  /** Nothing answers in time: a firewall, a machine that is off, a server that hangs. */
  | 'no-answer'
  /** TLS was asked for, and the server speaks without. */
  | 'server-without-tls'
  /** The server speaks TLS, and the connection string says `tls=false`. */
  | 'server-needs-tls'
  /** Its certificate has expired, is for another name, or is signed by an authority that is not trusted here. */
  | 'wrong-certificate'
  /** A file that the connection string names cannot be read here. */
  | 'unreadable-certificate-file'
  /** The user or the password is not known there. */
  | 'wrong-credentials'
  /** It answers that it cannot serve now. */
  | 'not-ready'
  /** It speaks HTTP, and not as EventStoreDB does. */
  | 'not-an-event-store';

const BY_CODE: Readonly<Record<string, EndpointFault>> = {
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EAI_FAIL: 'unknown-host',
  ECONNREFUSED: 'nobody-listening',
  ETIMEDOUT: 'no-answer',
  EHOSTUNREACH: 'no-answer',
  ENETUNREACH: 'no-answer',
  ABORT_ERR: 'no-answer',
  ENOENT: 'unreadable-certificate-file',
  EACCES: 'unreadable-certificate-file',
  EISDIR: 'unreadable-certificate-file',
  ERR_OSSL_PEM_NO_START_LINE: 'unreadable-certificate-file',
  NO_TLS: 'server-without-tls',
};
/** What Node calls a certificate that it does not accept (X509_V_ERR_* of OpenSSL, and its own check of the name). */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)/;
/** What OpenSSL says of an answer in clear; Node gives all of its complaints about a handshake the same code. */
const IN_CLEAR = /wrong version number|packet length too long/i;
/** How a server that speaks TLS takes a request without: it hangs up, or sends bytes that are no HTTP. */
const HUNG_UP = /^(?:ECONNRESET|EPIPE|HPE_[A-Z_]+)$/;

/** Names the fault behind a failed request to an endpoint; `undefined`: none that is known. Never throws. */
export async function endpointFaultOf(
  error: unknown,
  store: StoreAddress,
  node: NodeAddress,
  timeoutMs: number,
): Promise<EndpointFault | undefined> {
  if (error instanceof AccessDenied) return 'wrong-credentials';
  if (error instanceof SyntaxError) return 'not-an-event-store';
  for (const code of codesOf(error)) {
    if (HUNG_UP.test(code))
      return store.isInsecure && (await speaksTls(node, timeoutMs)) ? 'server-needs-tls' : undefined;
    const fault = BY_CODE[code] ?? (CERTIFICATE.test(code) ? 'wrong-certificate' : undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The codes along the chain of causes, the outermost first. */
function codesOf(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  const own = code === 'EPROTO' && IN_CLEAR.test(String(message)) ? 'NO_TLS' : code;
  return [...(typeof own === 'string' ? [own] : []), ...codesOf(cause)];
}

/** Whether a handshake comes about. Nothing is said over it, so whom it is with does not matter. */
function speaksTls({ address, port }: NodeAddress, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const host = address.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port, rejectUnauthorized: false });
    const end = (isTls: boolean) => (): void => {
      socket.destroy();
      resolve(isTls);
    };
    socket.setTimeout(timeoutMs, end(false));
    socket.once('secureConnect', end(true)).once('error', end(false)).once('close', end(false));
  });
}
