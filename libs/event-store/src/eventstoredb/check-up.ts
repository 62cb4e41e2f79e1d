import { randomUUID } from 'node:crypto';
import { AccessDenied } from '../errors.js';
import { Calls, type Call } from './calls.js';
import { Clients } from './clients.js';
import type { NodeAddress, StoreAddress } from './connection-string.js';
import { askNode, nameOf } from './node-http.js';
import { endpointFaultOf, type EndpointFault } from './endpoint-fault.js';
import { readPage } from './pages.js';
import { toSettings } from './settings.js';

/** How one endpoint of the connection string stands. */
export interface NodeFinding {
  readonly node: string;
  /** Why it cannot be used: what discovery hides (certificate, TLS, refused, silent). */
  readonly problem?: string;
  /** The same for machines, where it is one that is known. */
  readonly fault?: EndpointFault;
  readonly version?: string;
  /** The node's clock minus this machine's, in milliseconds, known to a second. */
  readonly skewMs?: number;
}

/** What the user of a connection string may do; nothing is written to find out. */
export interface UserFinding {
  readonly login: string;
  readonly groups: readonly string[];
  readonly readsAll: boolean;
  readonly appends: boolean;
  readonly closes: boolean;
  readonly scavenges: boolean;
}

/** How a store stands, as seen from here. */
export interface StoreFindings {
  readonly isInsecure: boolean;
  readonly nodes: readonly NodeFinding[];
  /** Absent without TLS, where nobody is anybody. */
  readonly user?: UserFinding;
  /** Why nothing is known about the user although a node answers. */
  readonly userProblem?: string;
  /** Its name or its password was refused. */
  readonly isUserRefused?: boolean;
}

/**
 * Asks each endpoint itself, then what its user may do; each question waits `timeoutMs` for its answer (default: the
 * connection string's own). Throws `BadConnectionString` only.
 */
export async function examine(
  connectionString: string,
  options: { readonly timeoutMs?: number } = {},
): Promise<StoreFindings> {
  const settings = toSettings({ connectionString, resends: 0, ...options });
  const { address, timeoutMs } = settings;
  const nodes = await Promise.all(address.hosts.map((host) => examineNode(address, host, timeoutMs)));
  const { isInsecure } = address;
  const answering = address.hosts.find((_, i) => nodes[i]?.problem === undefined);
  if (isInsecure || answering === undefined) return { isInsecure, nodes };
  const clients = new Clients(address, timeoutMs);
  try {
    const calls = new Calls(clients, settings, new AbortController().signal);
    return { isInsecure, nodes, user: await examineUser(address, answering, calls, timeoutMs) };
  } catch (error) {
    const isUserRefused = error instanceof AccessDenied;
    return { isInsecure, nodes, userProblem: reasonOf(error), ...(isUserRefused && { isUserRefused }) };
  } finally {
    clients.end();
  }
}

async function examineNode(
  address: StoreAddress,
  host: NodeAddress,
  timeoutMs: number,
): Promise<NodeFinding> {
  const node = nameOf(host);
  const begun = Date.now();
  try {
    const { status, text, date } = await askNode(address, host, { method: 'GET', path: '/info' }, timeoutMs);
    if (status !== 200) return { node, problem: `HTTP ${String(status)}`, fault: faultOfStatus(status) };
    const { esVersion, dbVersion } = JSON.parse(text) as { esVersion?: string; dbVersion?: string };
    const version = dbVersion ?? esVersion;
    const middle = (begun + Date.now()) / 2;
    // The header says whole seconds; half a second more is nearer to the truth.
    const skew = date === undefined ? {} : { skewMs: date.getTime() + 500 - middle };
    return { node, ...skew, ...(version === undefined ? {} : { version }) };
  } catch (error) {
    const fault = await endpointFaultOf(error, address, host, timeoutMs);
    return { node, problem: reasonOf(error), ...(fault && { fault }) };
  }
}

/** A server that starts or is overloaded answers 5xx; anything else is not what was asked for. */
function faultOfStatus(status: number): EndpointFault {
  return status >= 500 ? 'not-ready' : 'not-an-event-store';
}

async function examineUser(
  address: StoreAddress,
  node: NodeAddress,
  calls: Calls,
  timeoutMs: number,
): Promise<UserFinding> {
  const ask = (path: string) => askNode(address, node, { method: 'GET', path }, timeoutMs);
  const { data } = JSON.parse((await ask('/users/$current')).text) as {
    data: { loginName: string; groups: readonly string[] };
  };
  // A revision at which no stream of this name can be: who may write is told so, and nothing is written.
  const stream = `doctor-${randomUUID()}`;
  const impossible = { expectedRevision: 0n } as const;
  const event = { id: randomUUID(), type: 'Never', contentType: 'application/json', data: {} } as const;
  const may = (call: Call<unknown>) => isAllowed(() => calls.write(call, timeoutMs));
  return {
    login: data.loginName,
    groups: data.groups,
    readsAll: await may((client, ms) => readPage(client.readAll({ ...client.toLeader, maxCount: 1 }), ms)),
    appends: await may((client, deadline) =>
      client.appendToStream(stream, event as never, { ...client.toLeader, ...impossible, deadline }),
    ),
    closes: await may((client, deadline) =>
      client.tombstoneStream(stream, { ...client.toLeader, ...impossible, deadline }),
    ),
    scavenges: await isAllowed(() => ask('/admin/scavenge/current')),
  };
}

async function isAllowed(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof AccessDenied) return false;
    throw error;
  }
}

/** The innermost thing that went wrong, which names the cause and no secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? reasonOf(error.cause) : '';
  return inner === '' ? error.message : inner;
}
