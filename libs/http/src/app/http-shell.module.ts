import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DevelopmentIssuer } from '../access/development-issuer.js';
import { ApiDocument } from '../documentation/api-document.js';
import { DocsController } from '../documentation/docs.controller.js';
import { DevelopmentController } from '../operations/development.controller.js';
import { OperationsController } from '../operations/operations.controller.js';
import { WorkMetrics } from '../operations/work-metrics.js';
import type { LandingFacts } from '../pages/landing.js';
import { LANDING_FACTS, PagesController } from '../pages/pages.controller.js';
import { HttpPortsRef } from './http-ports.js';

/** Provider of the address at which visitors reach this server, without a slash at the end. */
export const PUBLIC_URL = Symbol('PUBLIC_URL');

/** What the shell's own controllers are made of. */
export interface ShellParts {
  readonly ports: HttpPortsRef;
  readonly registry: Registry;
  readonly document: ApiDocument;
  readonly facts: LandingFacts;
  readonly developmentIssuer: DevelopmentIssuer | undefined;
}

/** The root of an application: the contexts' modules, and around them the routes that every server has. */
@Global()
@Module({})
export class HttpShellModule {
  /** The shell around a root module. */
  static around(root: Type | DynamicModule, parts: ShellParts): DynamicModule {
    const { developmentIssuer } = parts;
    return {
      module: HttpShellModule,
      imports: [root],
      controllers: [
        PagesController,
        DocsController,
        OperationsController,
        ...(developmentIssuer === undefined ? [] : [DevelopmentController]),
      ],
      providers: [
        { provide: HttpPortsRef, useValue: parts.ports },
        { provide: Registry, useValue: parts.registry },
        WorkMetrics,
        { provide: ApiDocument, useValue: parts.document },
        { provide: LANDING_FACTS, useValue: parts.facts },
        { provide: PUBLIC_URL, useValue: parts.facts.url },
        ...(developmentIssuer === undefined
          ? []
          : [{ provide: DevelopmentIssuer, useValue: developmentIssuer }]),
      ],
      exports: [HttpPortsRef, PUBLIC_URL, Registry, WorkMetrics],
    };
  }
}
