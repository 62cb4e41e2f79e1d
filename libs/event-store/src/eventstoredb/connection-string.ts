/** One address of the store. */
export interface NodeAddress {
  readonly address: string;
  readonly port: number;
}

/** What a connection string says. */
export interface StoreAddress {
  readonly hosts: readonly [NodeAddress, ...NodeAddress[]];
  /** The first host is a DNS name of the whole cluster. */
  readonly isDiscovered: boolean;
  /** No TLS, and therefore no authentication at all: evaluation only. */
  readonly isInsecure: boolean;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly files: { readonly ca?: string; readonly userCert?: string; readonly userKey?: string };
  /** Options with a whole number: milliseconds, or attempts; `gossipTimeout` in seconds. */
  readonly numbers: Readonly<Partial<Record<NumberOption, number>>>;
  readonly nodePreference: 'leader' | 'follower' | 'random' | 'read_only_replica';
  readonly connectionName?: string;
}

/** The connection string cannot be used as it is. The message never repeats a value of it. */
export class BadConnectionString extends Error {
  override readonly name = 'BadConnectionString';
}

const SHAPE = /^(?:esdb|kurrentdb)(\+discover)?:\/\/(?:([^@/?]*)@)?([^@/?]+)\/?(?:\?(.*))?$/;
const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::([0-9]{1,5}))?$/;
const DEFAULT_PORT = 2113;

/** Least value of each option that is a number. */
const NUMBERS = {
  defaultDeadline: 1,
  discoveryInterval: 1,
  gossipTimeout: 1,
  keepAliveInterval: 10_000,
  keepAliveTimeout: 1000,
  maxDiscoverAttempts: 1,
} as const;
type NumberOption = keyof typeof NUMBERS;
const PREFERENCES = ['leader', 'follower', 'random', 'read_only_replica'] as const;
const TEXTS = ['tlsCAFile', 'userCertFile', 'userKeyFile', 'connectionName'] as const;
const BOOLEANS = ['tls', 'tlsVerifyCert', 'throwOnAppendFailure'] as const;
const KNOWN: readonly string[] = [...Object.keys(NUMBERS), ...TEXTS, ...BOOLEANS, 'nodePreference'];

/**
 * Reads `esdb://user:password@host:port[,…]?tls=…`, `esdb+discover://` and the same with `kurrentdb`. Refuses what the
 * client would silently ignore. Throws {@link BadConnectionString}.
 */
export function parseConnectionString(text: string): StoreAddress {
  const [, discover, user, hosts = '', query] = SHAPE.exec(text.trim()) ?? [];
  if (hosts === '')
    throw new BadConnectionString('It must look like esdb://user:password@host:2113?tls=true');
  const options = optionsOf(query ?? '');
  const credentials = user === undefined ? undefined : credentialsOf(user);
  const isInsecure = options.get('tls') === 'false';
  refuseWhatIsIgnored(options, isInsecure, credentials !== undefined);
  const connectionName = options.get('connectionName');
  return {
    hosts: hostsOf(hosts),
    isDiscovered: discover !== undefined,
    isInsecure,
    ...(credentials === undefined ? {} : { credentials }),
    files: filesOf(options),
    numbers: numbersOf(options),
    nodePreference: preferenceOf(options.get('nodePreference')),
    ...(connectionName === undefined ? {} : { connectionName }),
  };
}

/** The addresses of the store, without anything secret. */
export function describeAddress({ hosts, isDiscovered }: StoreAddress): string {
  const list = hosts.map(({ address, port }) => `${address}:${String(port)}`).join(',');
  return `esdb${isDiscovered ? '+discover' : ''}://${list}`;
}

function refuseWhatIsIgnored(options: ReadonlyMap<string, string>, isInsecure: boolean, isNamed: boolean) {
  if (isInsecure && isNamed) {
    throw new BadConnectionString(
      'tls=false sends no credentials, so the server would let anybody in: remove user and password, or use TLS',
    );
  }
  if (!isInsecure && !isNamed) throw new BadConnectionString('TLS needs user:password@ before the host');
  if (options.get('tlsVerifyCert') === 'false') {
    throw new BadConnectionString('tlsVerifyCert=false has no effect: name your authority with tlsCAFile');
  }
  if (options.get('throwOnAppendFailure') === 'false') {
    throw new BadConnectionString('throwOnAppendFailure=false would hide what happened to an append');
  }
  if (options.has('userCertFile') !== options.has('userKeyFile')) {
    throw new BadConnectionString('userCertFile and userKeyFile go together');
  }
}

function optionsOf(query: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const [rawKey = '', rawValue = '', ...more] = pair.split('=');
    const key = KNOWN.find((known) => known.toLowerCase() === rawKey.replace(/[-_]/g, '').toLowerCase());
    if (key === undefined || more.length > 0) {
      const named = /^[A-Za-z_-]{1,40}$/.test(rawKey) ? ` ${rawKey}` : '';
      throw new BadConnectionString(`Unknown option${named}`);
    }
    if (options.has(key)) throw new BadConnectionString(`${key} is given twice`);
    const value = decoded(rawValue.trim(), key);
    if (BOOLEANS.some((name) => name === key) && value !== 'true' && value !== 'false') {
      throw new BadConnectionString(`${key} is true or false`);
    }
    options.set(key, value);
  }
  return options;
}

function credentialsOf(user: string): { username: string; password: string } {
  const colon = user.indexOf(':');
  if (colon < 1 || colon === user.length - 1)
    throw new BadConnectionString('Before the @ stand user:password');
  return {
    username: decoded(user.slice(0, colon), 'user'),
    password: decoded(user.slice(colon + 1), 'password'),
  };
}

function hostsOf(list: string): readonly [NodeAddress, ...NodeAddress[]] {
  const nodes = list.split(',').map((host): NodeAddress => {
    const [, address, port = String(DEFAULT_PORT)] = HOST.exec(host.trim()) ?? [];
    if (address === undefined || Number(port) < 1 || Number(port) > 65_535) {
      throw new BadConnectionString('Each host is a name or address, with its port after a colon');
    }
    return { address, port: Number(port) };
  });
  const [first, ...rest] = nodes;
  if (first === undefined) throw new BadConnectionString('There is no host');
  return [first, ...rest];
}

function filesOf(options: ReadonlyMap<string, string>): StoreAddress['files'] {
  const names = [
    ['ca', 'tlsCAFile'],
    ['userCert', 'userCertFile'],
    ['userKey', 'userKeyFile'],
  ] as const;
  return Object.fromEntries(
    names.flatMap(([name, key]) => (options.has(key) ? [[name, options.get(key)]] : [])),
  );
}

function numbersOf(options: ReadonlyMap<string, string>): StoreAddress['numbers'] {
  const numbers: Partial<Record<NumberOption, number>> = {};
  for (const key of Object.keys(NUMBERS) as NumberOption[]) {
    const text = options.get(key);
    if (text === undefined) continue;
    if (!/^[0-9]{1,9}$/.test(text) || Number(text) < NUMBERS[key]) {
      throw new BadConnectionString(`${key} is a whole number, at least ${String(NUMBERS[key])}`);
    }
    numbers[key] = Number(text);
  }
  return numbers;
}

function preferenceOf(text: string | undefined): StoreAddress['nodePreference'] {
  if (text === undefined) return 'leader';
  const flat = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();
  const found = PREFERENCES.find((preference) => flat(preference) === flat(text));
  if (found === undefined)
    throw new BadConnectionString(`nodePreference is one of ${PREFERENCES.join(', ')}`);
  return found;
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadConnectionString(`${what} is not percent-encoded`);
  }
}
