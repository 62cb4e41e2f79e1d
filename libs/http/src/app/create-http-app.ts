import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Authenticator } from '../access/authenticator.js';
import { DevelopmentIssuer, isLoopback } from '../access/development-issuer.js';
import { OidcVerifier, type OidcOptions } from '../access/oidc-verifier.js';
import type { TokenVerifier } from '../access/ports.js';
import { ApiDocument } from '../documentation/api-document.js';
import { HttpMetrics } from '../operations/http-metrics.js';
import { measureWarnings } from '../operations/warning-metrics.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { RouteList } from '../routes/route-list.js';
import { addBodyParsers, cutOffSlow, fastifyOptions } from './fastify-set-up.js';
import { HttpPortsRef, type HttpPorts } from './http-ports.js';
import { HttpShellModule } from './http-shell.module.js';
import { createLogger, NestLogger } from './logger.js';
import { addRequestHooks } from './request-hooks.js';

/** Who vouches for callers; `none` accepts static service keys only. */
export type HttpIdentity =
  | ({ readonly kind: 'oidc' } & OidcOptions)
  /** `keyFolder` holds the issuer's key. Refused unless `host` is a loopback address. */
  | { readonly kind: 'development'; readonly keyFolder: string }
  | { readonly kind: 'none' };

/** What an HTTP application is made of. */
export interface HttpAppOptions {
  readonly identity: HttpIdentity;
  /** The address it will listen on. */
  readonly host: string;
  /** Address as visitors reach it, without a slash at the end; the documentation shows it. */
  readonly publicUrl: string;
  readonly version: string;
  /** What HTTP needs from the modules; `get` gives their providers by token. */
  readonly ports: (get: <T>(token: Type<T> | symbol | string) => T) => HttpPorts;
  readonly logger?: Logger;
  /** Where further metrics may be registered too. */
  readonly registry?: Registry;
}

/** Routes of an application, for tests of rights and for the documentation. */
const listsOf = new WeakMap<object, RouteList>();

/** A development issuer was asked for on an address that others can reach. */
export class DevelopmentIssuerExposed extends Error {
  override readonly name = 'DevelopmentIssuerExposed';
  constructor(host: string) {
    super(
      `The development issuer hands out any role to anybody and must not listen on ${host}: set an OIDC issuer, or listen on 127.0.0.1`,
    );
  }
}

/**
 * Builds the HTTP application around a root module: credentials, rights, checks of every request, problem documents,
 * the pages and routes that every server has. It is initialised and does not listen yet.
 * Throws `RouteWithoutPlan` for a route that does not say who may call it, {@link DevelopmentIssuerExposed}.
 */
export async function createHttpApp(
  root: Type | DynamicModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger('info');
  const registry = options.registry ?? newRegistry();
  const [ports, routes] = [new HttpPortsRef(), new RouteList()];
  const developmentIssuer = developmentIssuerOf(options);
  const document = new ApiDocument({ version: options.version, url: options.publicUrl });
  const filter = new ProblemFilter(routes, logger);
  const isHttps = options.publicUrl.startsWith('https:');
  let authenticator: Authenticator | undefined;

  const adapter = new FastifyAdapter(fastifyOptions(filter, isHttps));
  const fastify = adapter.getInstance();
  addRequestHooks(fastify, {
    routes,
    authenticator: () => (authenticator ??= authenticatorOf(options, ports.current, developmentIssuer)),
    metrics: new HttpMetrics(registry),
    logger,
    isHttps,
  });
  measureWarnings(registry, () => ports.current.warnings);
  addBodyParsers(fastify);
  cutOffSlow(fastify);
  const facts = { url: options.publicUrl, hasDevelopmentIssuer: developmentIssuer !== undefined };
  const shell = HttpShellModule.around(root, { ports, registry, document, facts, developmentIssuer });
  const app = await NestFactory.create<NestFastifyApplication>(shell, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  ports.set(options.ports((token) => app.get(token as never, { strict: false })));
  app.useGlobalFilters(filter);
  document.describe(app);
  listsOf.set(app, routes);
  await app.init();
  await fastify.ready();
  return app;
}

/** Every route of an application with its plan. */
export function listRoutes(app: NestFastifyApplication): ReturnType<RouteList['all']> {
  return listsOf.get(app)?.all() ?? [];
}

/** A registry with the process's own figures under `greffe_`. */
export function newRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'greffe_' });
  return registry;
}

function developmentIssuerOf({ identity, host }: HttpAppOptions): DevelopmentIssuer | undefined {
  if (identity.kind !== 'development') return undefined;
  if (!isLoopback(host)) throw new DevelopmentIssuerExposed(host);
  return new DevelopmentIssuer(identity.keyFolder);
}

function authenticatorOf(
  { identity }: HttpAppOptions,
  { actors, serviceKeys }: HttpPorts,
  developmentIssuer: DevelopmentIssuer | undefined,
): Authenticator {
  const tokens: TokenVerifier | undefined =
    identity.kind === 'oidc' ? new OidcVerifier(identity) : developmentIssuer;
  return new Authenticator({ tokens, serviceKeys, actors });
}
