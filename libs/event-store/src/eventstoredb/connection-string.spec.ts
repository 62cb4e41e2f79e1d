import { describe, expect, it } from '@jest/globals';
import { BadConnectionString, describeAddress, parseConnectionString } from './connection-string.js';

// Goal: a mistake in the connection string is told before anything connects, and never by quoting what it holds.

const PASSWORD = 'never-shown';
const failureOf = (text: string): unknown => {
  try {
    return parseConnectionString(text);
  } catch (error) {
    return error;
  }
};

describe('connection strings', () => {
  it('name one node, with TLS by default', () => {
    expect(parseConnectionString('esdb://ledger:se%40cret@node.example')).toEqual({
      hosts: [{ address: 'node.example', port: 2113 }],
      isDiscovered: false,
      isInsecure: false,
      credentials: { username: 'ledger', password: 'se@cret' },
      files: {},
      numbers: {},
      nodePreference: 'leader',
    });
  });

  it('name a cluster by its nodes or by DNS, with options in any case', () => {
    const cluster = parseConnectionString(
      'esdb://u:p@a.example:2111,b.example:2112,c.example/?tlsCaFile=/etc/ca.pem&nodepreference=readOnlyReplica&gossipTimeout=3',
    );
    expect(cluster.hosts.map(({ address, port }) => `${address}:${String(port)}`)).toEqual([
      'a.example:2111',
      'b.example:2112',
      'c.example:2113',
    ]);
    expect(cluster).toMatchObject({
      files: { ca: '/etc/ca.pem' },
      nodePreference: 'read_only_replica',
      numbers: { gossipTimeout: 3 },
    });
    expect(parseConnectionString('kurrentdb+discover://u:p@store.example').isDiscovered).toBe(true);
  });

  it('may go without TLS only without credentials', () => {
    expect(parseConnectionString('esdb://localhost:2113?tls=false').isInsecure).toBe(true);
    expect(failureOf(`esdb://ledger:${PASSWORD}@localhost?tls=false`)).toMatchObject({
      name: 'BadConnectionString',
      message: expect.stringContaining('tls=false sends no credentials'),
    });
    expect(failureOf('esdb://localhost:2113')).toBeInstanceOf(BadConnectionString);
  });

  it.each([
    ['', 'must look like'],
    ['postgres://u:p@host/db', 'must look like'],
    [`esdb://ledger:${PASSWORD}@`, 'must look like'],
    [`esdb://:${PASSWORD}@host`, 'user:password'],
    [`esdb://${PASSWORD}@host`, 'user:password'],
    [`esdb://u:%zz${PASSWORD}@host`, 'password is not percent-encoded'],
    [`esdb://u:${PASSWORD}@host:99999`, 'Each host'],
    [`esdb://u:${PASSWORD}@host:x`, 'Each host'],
    [`esdb://u:${PASSWORD}@a,,b`, 'Each host'],
    [`esdb://u:${PASSWORD}@host?tlsVerifyCert=false`, 'tlsCAFile'],
    [`esdb://u:${PASSWORD}@host?throwOnAppendFailure=false`, 'hide'],
    [`esdb://u:${PASSWORD}@host?userCertFile=a.pem`, 'go together'],
    [`esdb://u:${PASSWORD}@host?tls=no`, 'true or false'],
    [`esdb://u:${PASSWORD}@host?tls=true&TLS=false`, 'given twice'],
    [`esdb://u:${PASSWORD}@host?keepAliveInterval=5`, 'at least 10000'],
    [`esdb://u:${PASSWORD}@host?nodePreference=nearest`, 'one of'],
    [`esdb://u:${PASSWORD}@host?maxRetries=4`, 'Unknown option maxRetries'],
    [`esdb://u:${PASSWORD}@host?${PASSWORD}1=4`, 'Unknown option'],
  ])('%s is refused', (text, because) => {
    const error = failureOf(text);
    expect(error).toBeInstanceOf(BadConnectionString);
    expect((error as Error).message).toContain(because);
    expect((error as Error).message).not.toContain(PASSWORD);
  });

  it('are described without anything secret', () => {
    const address = parseConnectionString(`esdb+discover://ledger:${PASSWORD}@store.example:2000`);
    expect(describeAddress(address)).toBe('esdb+discover://store.example:2000');
  });
});
