/** A part of the server that may run in a process of its own, with credentials of its own. */
export type Role = 'api' | 'projector' | 'eraser';

/** Roles of this version, also the default: one process that is everything. */
export const availableRoles: readonly Role[] = ['api', 'projector', 'eraser'];

/** Names kept for parts that a later version brings; asking for them today is a mistake worth a clear answer. */
export const reservedRoles: readonly string[] = ['notary'];

/** Least severe line that is written to the log, in the words of pino. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * How to reach the two databases. Each URL holds a password: it never enters a log, an error or a process list.
 * The ledger and the keys are two databases with two roles, so that a backup of one is no use without the other.
 */
export interface DatabaseUrls {
  /** Ledger and read models, as the application: reads and inserts, owns nothing. */
  readonly databaseUrl: string;
  /** The same database as its owner: migrations only. */
  readonly ownerDatabaseUrl: string;
  /** Key store: data keys, blind-index keys, contact claims. */
  readonly keystoreUrl: string;
  /** The key store as its owner: migrations only. */
  readonly ownerKeystoreUrl: string;
}

/** Any OIDC issuer whose tokens are accepted. */
export interface OidcIssuer {
  readonly kind: 'oidc';
  /** Compared character by character with the `iss` claim (RFC 8414 §3.3 knows no normalisation). */
  readonly issuer: string;
  /** What the `aud` claim must contain. */
  readonly audience: string;
  /** Where the issuer's public keys are; `undefined`: ask its discovery document. */
  readonly jwksUrl: string | undefined;
  /**
   * Accepted `typ` headers of access tokens; `undefined`: `at+jwt` alone (RFC 9068). An issuer that writes `JWT` for all
   * of its tokens, as Keycloak does, must be allowed to by name, because an ID token has that type too.
   */
  readonly tokenTypes: readonly string[] | undefined;
  /** Claim that lists the roles, with dots into nested ones (`realm_access.roles`); `undefined`: `roles`. */
  readonly rolesClaim: string | undefined;
}

/**
 * Who vouches for the callers. `development` hands out any role to anybody and therefore exists only on the embedded
 * default behind a loopback address. `none` is for processes without the role api: they answer health checks only.
 */
export type Identity = OidcIssuer | { readonly kind: 'development' } | { readonly kind: 'none' };

/** Where the server listens and what it is called from outside. */
export interface HttpConfig {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Address as people and services reach it, without a slash at the end; `undefined`: the one it listens on. */
  readonly publicUrl: string | undefined;
}

/** How the role eraser makes erased data disappear. */
export interface ErasureConfig {
  /** The event store under the eraser's own credentials, a secret; `undefined`: the same as everybody's. */
  readonly eventStoreUrl: string | undefined;
  /** A closed stream waits at most this long for its purge, in hours; the law's month is far away. */
  readonly purgeEveryHours: number;
  /** How long the operator keeps backups, in days, as certificates state it; `undefined`: nobody has said. */
  readonly backupDays: number | undefined;
  /** Days in which a recipient must answer that it was told of an erasure (Art. 19). */
  readonly notificationDays: number;
}

interface CommonConfig {
  /** Absolute path of the folder for what is local to this machine. */
  readonly home: string;
  readonly http: HttpConfig;
  readonly roles: readonly Role[];
  readonly identity: Identity;
  /** Connection string of EventStoreDB or KurrentDB, checked; it holds a password. `undefined`: events in PostgreSQL. */
  readonly eventStoreUrl: string | undefined;
  readonly erasure: ErasureConfig;
  /** A replica of the ledger's database for lists, timelines and reports, a secret; `undefined`: there is none. */
  readonly readDatabaseUrl: string | undefined;
  /** Shards in which read models that are keyed by subject are built, from 1 to 64. */
  readonly projectionShards: number;
  /** Absolute path of the folder with the key-encryption keys. */
  readonly kekFolder: string;
  readonly logLevel: LogLevel;
  /** Name of the Merkle log (C2SP checkpoint origin), one for the ledger's life; `undefined` until one is chosen. */
  readonly origin: string | undefined;
  /** What looks like a mistake and does not prevent a start: log it. Names only, never values. */
  readonly warnings: readonly string[];
}

/** Nothing configured: this process starts a PostgreSQL of its own and learns the URLs from it. */
export interface EmbeddedConfig extends CommonConfig {
  readonly embedded: true;
}

/** Databases that somebody else runs. */
export interface ExternalConfig extends CommonConfig {
  readonly embedded: false;
  readonly databases: DatabaseUrls;
}

/** Everything that the environment decides, checked. Nothing below the composition root reads the environment. */
export type GreffeConfig = EmbeddedConfig | ExternalConfig;
