import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy } from './fault-proxy.js';

// Goal: a fault that a specification asks for really happens on the wire. Method: an echo server behind the proxy.

let server: Server;
let proxy: FaultProxy;
let heard: string[];
const clients: Socket[] = [];

beforeEach(async () => {
  heard = [];
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard.push(bytes.toString());
      socket.write(`echo ${bytes.toString()}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await FaultProxy.open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  server.close();
});

class Client {
  received = '';
  closed: string | undefined;

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => (this.received += bytes.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.closed = error.code));
    socket.on('close', () => (this.closed ??= 'closed'));
  }

  async until(condition: (client: Client) => boolean): Promise<void> {
    while (!condition(this)) await pause(2);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function open(): Client {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  return new Client(socket);
}

async function talk(client: Client, text: string): Promise<void> {
  client.socket.write(text);
  await client.until(({ received }) => received.endsWith(`echo ${text}`));
}

describe('the fault proxy', () => {
  it('forwards while nothing is asked of it, and counts', async () => {
    const client = open();
    await talk(client, 'a');
    await talk(client, 'b');
    expect(client.received).toBe('echo aecho b');
    expect([proxy.bytesDown, proxy.lines]).toEqual([12, 1]);
  });

  it('cuts lines, and new ones work', async () => {
    const client = open();
    await talk(client, 'a');
    proxy.cut();
    await client.until(({ closed }) => closed !== undefined);
    expect(client.closed).toBe('ECONNRESET');
    await talk(open(), 'b');
  });

  it('cuts at a request, which the server never hears, or at a reply, which it has sent', async () => {
    const first = open();
    await talk(first, 'a');
    proxy.cutAtNextRequest();
    first.socket.write('lost');
    await first.until(({ closed }) => closed !== undefined);
    const second = open();
    await talk(second, 'b');
    proxy.cutAtNextReply();
    second.socket.write('heard');
    await second.until(({ closed }) => closed !== undefined);
    expect(heard).toEqual(['a', 'b', 'heard']);
    expect(second.received).toBe('echo b');
  });

  it('refuses, and takes again on the same port', async () => {
    const { port } = proxy;
    await proxy.refuse();
    const refused = open();
    await refused.until(({ closed }) => closed !== undefined);
    expect(refused.closed).toBe('ECONNREFUSED');
    await proxy.accept();
    expect(proxy.port).toBe(port);
    await talk(open(), 'a');
  });

  it('holds every byte while it is silent, and loses none', async () => {
    const client = open();
    await talk(client, 'a');
    proxy.silence();
    client.socket.write('held');
    const late = open();
    late.socket.write('late');
    await pause(30);
    expect([heard, client.received, late.received]).toEqual([['a'], 'echo a', '']);
    proxy.resume();
    await client.until(({ received }) => received === 'echo aecho held');
    await late.until(({ received }) => received === 'echo late');
  });

  it('abandons the lines of now for ever, and only those', async () => {
    const client = open();
    await talk(client, 'a');
    proxy.abandon();
    client.socket.write('b');
    await talk(open(), 'c');
    proxy.resume();
    await pause(20);
    expect([client.received, client.closed, heard]).toEqual(['echo a', undefined, ['a', 'c']]);
  });

  it('drips, whole and in order', async () => {
    const client = open();
    proxy.drip({ bytes: 3, everyMs: 1 });
    const text = Array.from({ length: 50 }, (_, i) => String(i)).join('-');
    await talk(client, text);
    expect(client.received).toBe(`echo ${text}`);
  });
});
