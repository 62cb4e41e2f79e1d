import { readFileSync } from 'node:fs';
import {
  EventStoreDBClient,
  type ChannelCredentialOptions,
  type SingleNodeOptions,
} from '@eventstore/db-client';
import type { StoreAddress } from './connection-string.js';

const LEAST_KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE_STEPS = 10_000;

/** Credentials under `tls=false`: they are never sent, and keep the client off its batch path (see `NodeClient`). */
const NOBODY = { username: 'nobody', password: 'nobody' };

/** What a call to the leader carries besides its own. Credentials per call keep appends on the classic path. */
export interface CallOptions {
  readonly credentials: { readonly username: string; readonly password: string };
  readonly requiresLeader: true;
}

/**
 * One client object with a connection of its own, which ends with it. Three things differ from the client it is made of:
 *
 * - Each object has another keep-alive interval. Connections are pooled per process by their options, so otherwise a
 *   new object would be handed the dead connection from which its maker turned away.
 * - A failed discovery beside a failed call no longer ends the process as an unhandled rejection.
 * - It can be closed; the client alone would keep its connection for half an hour.
 */
export class NodeClient extends EventStoreDBClient {
  readonly credentials: { readonly username: string; readonly password: string };
  #channel: { close(): void } | undefined;
  #isClosed = false;

  /** Connects to nothing yet. `number` tells the objects of one process apart. Throws if a file is missing. */
  constructor(address: StoreAddress, number: number) {
    super(connectionOf(address, number), channelOf(address), address.credentials);
    this.credentials = address.credentials ?? NOBODY;
    const open = this.getChannel;
    this.getChannel = async () => {
      const channel = await open();
      this.#channel = channel;
      if (this.#isClosed) {
        channel.close();
        throw new Error('Channel has been shut down');
      }
      return channel;
    };
    const handle = this.handleError;
    this.handleError = (client, error) => handle(client, error).catch(() => undefined);
  }

  /** Options of a call that only the leader may answer. */
  get toLeader(): CallOptions {
    return { credentials: this.credentials, requiresLeader: true };
  }

  /** Cancels what is being read and closes the connection. */
  close(): void {
    this.#isClosed = true;
    this.dispose().catch(() => undefined);
    this.#channel?.close();
    this.#channel = undefined;
  }
}

/** The three shapes of the client's settings are told apart by their members; its overloads name each alone. */
function connectionOf(address: StoreAddress, number: number): SingleNodeOptions {
  const [first] = address.hosts;
  const { defaultDeadline: _ours, keepAliveInterval = LEAST_KEEP_ALIVE_MS, ...numbers } = address.numbers;
  const { connectionName = 'greffe-event-store', nodePreference } = address;
  const common = {
    ...numbers,
    connectionName,
    keepAliveInterval: keepAliveInterval + (number % KEEP_ALIVE_STEPS),
  };
  if (address.isDiscovered) {
    return { ...common, nodePreference, discover: first } as unknown as SingleNodeOptions;
  }
  if (address.hosts.length > 1) {
    return { ...common, nodePreference, endpoints: [...address.hosts] } as unknown as SingleNodeOptions;
  }
  return { ...common, endpoint: first };
}

function channelOf({ isInsecure, files }: StoreAddress): ChannelCredentialOptions {
  if (isInsecure) return { insecure: true };
  return {
    insecure: false,
    ...(files.ca === undefined ? {} : { rootCertificate: readFileSync(files.ca) }),
    ...(files.userCert === undefined ? {} : { userCertFile: readFileSync(files.userCert) }),
    ...(files.userKey === undefined ? {} : { userKeyFile: readFileSync(files.userKey) }),
  };
}
