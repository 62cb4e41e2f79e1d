export {
  apiScopes,
  isApiScope,
  isRole,
  roles,
  scopesOfRole,
  type ApiScope,
  type Role,
} from './access/api-scopes.js';
export { Authenticator } from './access/authenticator.js';
export { actorRefOf, type Caller } from './access/caller.js';
export { DevelopmentIssuer } from './access/development-issuer.js';
export { KnownAsDto, knownAsView } from './past/known-as.dto.js';
export { PastMoments, type PastMoment, type PastQuestion } from './past/past-moments.js';
export { concerning } from './command/concerning.js';
export { problems, isProblemCode, type ProblemCode } from './problems.js';
export { FactsRecordedDto, MAX_BATCH_ROWS, RowAnswerDto } from './problems/row-answer.dto.js';
export { rowAnswers } from './problems/row-answers.js';
export { RowProblemDto, rowProblem } from './problems/row-problem.js';
export { platformCodes, type PlatformCode } from './problems/platform-code.js';
export type { ProblemType, RetryHint, UiLanguage } from './problems/problem-type.js';
export { Problem, type ProblemDetails } from './problems/problem.js';
export { AckDto } from './routes/ack.dto.js';
export { entityTag } from './routes/if-match.js';
export { preferredLanguage } from './routes/language.js';
export {
  LedgerAsk,
  LedgerGet,
  LedgerPost,
  LedgerPut,
  PublicGet,
  PublicPost,
  type CommandRouteOptions,
  type RouteOptions,
} from './routes/ledger-routes.js';
export { MinToken } from './routes/min-token.js';
export {
  PageQuery,
  ReadQuery,
  decodeCursor,
  encodeCursor,
  page,
  type CursorPart,
  type Page,
} from './routes/page.js';
export {
  ActorOf,
  Ctx,
  IfMatchRevision,
  Lang,
  SlugParam,
  UuidParam,
  shapedParam,
} from './routes/parameters.js';
export type { LedgerRequest } from './routes/request.js';
export type { Access, BodyType, CommandPlan, RoutePlan } from './routes/route-plan.js';
export { exampleOf } from './validation/example.js';
export type { Fault } from './validation/faults.js';
export type { FaultCode } from './validation/fault-texts.js';
export {
  ArrayField,
  BoolField,
  DayField,
  EnumField,
  Field,
  InstantField,
  IntField,
  NestedField,
  PersonalField,
  Sha256Field,
  SlugField,
  TextField,
  UuidField,
  type FieldOptions,
} from './validation/fields.js';
export { judgeInstantsBy } from './validation/ledger-time.js';
export type { Shape } from './validation/shape.js';
export { day, instant, oneOf, sha256Text, slug, text, uuid } from './validation/text-shapes.js';
export { invalidRequest, validate } from './validation/validate.js';
export { bool, int, list, nested, orCode, personal, unchecked } from './validation/value-shapes.js';
export { developmentBanner, isLoopback } from './access/development-issuer.js';
export type { ActorResolver, ServiceKeyVerifier } from './access/ports.js';
export { closeHttpApp } from './app/close-http-app.js';
export {
  DevelopmentIssuerExposed,
  createHttpApp,
  listRoutes,
  newRegistry,
  type HttpAppOptions,
  type HttpIdentity,
} from './app/create-http-app.js';
export type { CommandLogPort, HttpPorts } from './app/http-ports.js';
export { NestLogger, createLogger, type LogLevel } from './app/logger.js';
export type { HealthCheck, HealthState, HealthWarning } from './operations/health.js';
export { WorkMetrics } from './operations/work-metrics.js';
export { RouteWithoutPlan, type ListedRoute } from './routes/route-list.js';
export { mayCall } from './access/rights-table.js';
export { PUBLIC_URL } from './app/http-shell.module.js';
export { asPage } from './pages/as-page.js';
export { html, type Html } from './pages/html.js';
export { pageOf, personPageOf } from './pages/layout.js';
