import { readFileSync } from 'node:fs';
import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AccessDenied, Unavailable } from '../errors.js';
import type { NodeAddress, StoreAddress } from './connection-string.js';

/** What a node answered over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The node's clock, to a second. */
  readonly date?: Date;
}

/** One request to one node. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A node as reports and errors name it. */
export function nameOf({ address, port }: NodeAddress): string {
  return `${address}:${String(port)}`;
}

/**
 * Asks one node over HTTP what gRPC has no words for, with the credentials and the TLS settings of the connection
 * string. (`fetch` would take no certificate authority.) Throws `AccessDenied` for 401 and 403, `Unavailable` when the
 * node does not answer in time, whose cause names it and says why, and the reason of the signal.
 */
export async function askNode(
  store: StoreAddress,
  node: NodeAddress,
  call: HttpCall,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const end = AbortSignal.timeout(timeoutMs);
  const signal = call.signal === undefined ? end : AbortSignal.any([end, call.signal]);
  const answer = await send(store, node, { ...call, signal }).catch((error: unknown) => {
    call.signal?.throwIfAborted();
    const reason = end.aborted ? `no answer within ${String(timeoutMs)} ms` : (error as Error).message;
    throw awayFrom(node, reason, error);
  });
  if (answer.status !== 401 && answer.status !== 403) return answer;
  throw new AccessDenied(`${nameOf(node)} answers ${String(answer.status)} to ${call.method} ${call.path}`);
}

/** A node that does not do its part; the cause names it, because there are others. */
export function awayFrom(node: NodeAddress, reason: string, cause?: unknown): Unavailable {
  return new Unavailable('notWritten', { cause: new Error(`${nameOf(node)}: ${reason}`, { cause }) });
}

function send(store: StoreAddress, node: NodeAddress, call: HttpCall): Promise<HttpAnswer> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const request = requestTo(store, {
      host: node.address.replace(/^\[(.*)\]$/, '$1'),
      port: node.port,
      method: call.method,
      path: call.path,
      agent: false,
      headers: {
        accept: 'application/json',
        ...(call.method !== 'GET'
          ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
          : {}),
      },
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      ...authOf(store),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        const { date } = response.headers;
        const clock = date === undefined ? {} : { date: new Date(date) };
        resolve({ status: response.statusCode ?? 0, text, ...clock });
      });
    });
    request.end(body);
  });
}

function requestTo({ isInsecure, files }: StoreAddress, options: RequestOptions): ClientRequest {
  if (isInsecure) return httpRequest(options);
  return httpsRequest({
    ...options,
    ...(files.ca === undefined ? {} : { ca: readFileSync(files.ca) }),
    ...(files.userCert === undefined ? {} : { cert: readFileSync(files.userCert) }),
    ...(files.userKey === undefined ? {} : { key: readFileSync(files.userKey) }),
  });
}

function authOf({ credentials }: StoreAddress): { auth?: string } {
  return credentials === undefined ? {} : { auth: `${credentials.username}:${credentials.password}` };
}
