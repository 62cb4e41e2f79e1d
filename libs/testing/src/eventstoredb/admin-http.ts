import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { mayManageUsers, mayScavenge, type Principal } from './access.js';
import type { EventLog } from './event-log.js';
import { gossipJson, infoJson, type Member } from './other-services.js';
import type { Rights } from './rights.js';
import type { Scavenges } from './scavenge.js';
import type { NewUser, Users } from './users.js';

/** What the HTTP interface works on; without rights everybody may do everything. */
interface Admin {
  readonly log: EventLog;
  readonly users: Users;
  readonly rights: Rights | undefined;
  readonly scavenges: Scavenges;
  members(): readonly Member[];
  /** What it says of its version, if not the truth. */
  version(): string | undefined;
  /** Settles as soon as the server may speak. */
  audible(): Promise<void>;
}

type Route = (admin: Admin, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /health/live': async (_, __, response) => void response.writeHead(204).end(),
  'GET /gossip': async ({ members }, _, response) => answerJson(response, gossipJson(members())),
  'GET /info': async ({ version }, _, response) => answerJson(response, infoJson(version())),
  'POST /admin/scavenge': guarded(mayScavenge, async ({ scavenges }, _, response) => {
    const scavengeId = scavenges.start();
    if (scavengeId !== undefined) answerJson(response, JSON.stringify({ scavengeId }));
    else response.writeHead(400, { 'content-type': 'text/plain' }).end('Scavenge is already running');
  }),
  'GET /admin/scavenge/current': guarded(mayScavenge, async ({ scavenges }, _, response) => {
    const { current } = scavenges;
    const links = { scavengeId: current ?? '', scavengeLink: current && `/admin/scavenge/${current}` };
    answerJson(response, JSON.stringify(links));
  }),
  'POST /users/': guarded(mayManageUsers, async ({ log, users }, request, response) => {
    const user = (await bodyOf(request)) as NewUser;
    const { loginName, groups } = user;
    if (users.find(loginName) !== undefined) return void response.writeHead(409).end();
    users.add(user);
    const data = Buffer.from(JSON.stringify({ loginName, groups, hash: 'a-password-hash' }));
    const id = randomUUID();
    const event = { id, type: '$User', isJson: true, data, metadata: new Uint8Array() };
    log.append(`$user-${loginName}`, { kind: 'any' }, [event]);
    response.writeHead(201).end();
  }),
  'GET /users/$current': guarded(
    () => true,
    async ({ users }, request, response) => {
      const caller = users.identify(request.headers.authorization);
      if (typeof caller === 'string') response.writeHead(401).end();
      else answerJson(response, userJson(caller));
    },
  ),
  'GET /users/{login}': guarded(mayManageUsers, async ({ users }, request, response) => {
    const user = users.find(loginOf(request));
    if (user === undefined) response.writeHead(404).end();
    else answerJson(response, userJson(user));
  }),
  'PUT /users/{login}': guarded(mayManageUsers, async ({ users }, request, response) => {
    const { groups } = (await bodyOf(request)) as NewUser;
    users.change(loginOf(request), { groups });
    answerJson(response, '{"success":true}');
  }),
  'POST /users/{login}/command/reset-password': guarded(
    mayManageUsers,
    async ({ users }, request, response) => {
      const { newPassword } = (await bodyOf(request)) as { newPassword: string };
      users.change(loginOf(request), { password: newPassword });
      answerJson(response, '{"success":true}');
    },
  ),
};

/** The part of the server's HTTP interface that operators of the ledger use. */
export function adminRoutes(admin: Admin): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const general = path.replace(/^\/users\/[^/]+/, '/users/{login}');
    const method = request.method ?? '';
    const route = ROUTES[`${method} ${path}`] ?? ROUTES[`${method} ${general}`];
    if (route === undefined) response.writeHead(404).end();
    else
      admin
        .audible()
        .then(() => route(admin, request, response))
        .catch(() => response.writeHead(400).end());
  };
}

function answerJson(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

function guarded(may: (caller: Principal) => boolean, route: Route): Route {
  return async (admin, request, response) => {
    const denial = admin.rights?.httpDenialOf(request.headers.authorization, may);
    if (denial === undefined) await route(admin, request, response);
    else response.writeHead(denial).end();
  };
}

function loginOf({ url = '' }: IncomingMessage): string {
  return decodeURIComponent(url.split('/')[2] ?? '');
}

function userJson({ name, groups }: Principal): string {
  return JSON.stringify({
    data: { loginName: name, fullName: name, groups, disabled: false },
    success: true,
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}
