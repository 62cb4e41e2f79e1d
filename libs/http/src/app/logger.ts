import type { LoggerService, LogLevel as NestLevel } from '@nestjs/common';
import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';

/** Least severe line that is written. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Members of a log line that are never written, wherever they stand: a second line of defence, no licence. */
const REDACTED = [
  'body',
  'query',
  'headers',
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'parameters',
];

/**
 * The log of a process: one JSON object per line on standard output. Lines name routes by their template and people by
 * nothing; bodies, query strings and credentials are never handed to it.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { name: 'greffe' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { logMethod: withOwnMessage },
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Without a message of its own a line about an error would get the error's, with whatever values stand in it. */
function withOwnMessage(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, message] = args as [unknown, unknown];
  const isBareError = message === undefined && (first instanceof Error || hasError(first));
  method.apply(this, isBareError ? [first, 'error'] : args);
}

function hasError(line: unknown): boolean {
  return typeof line === 'object' && line !== null && 'err' in line && line.err instanceof Error;
}

/** What is written about an error: names, codes and places; its message only without anything that looks like data. */
export interface DescribedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: readonly string[];
  readonly cause?: DescribedError;
}

const MAX_CAUSES = 3;

/** Describes an error for the log. Messages of databases and parsers repeat values, so what may be one is taken out. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'Something that is no error was thrown.' };
  const { code } = error as { readonly code?: unknown };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: withoutData(error.message),
    ...(frames === undefined ? {} : { stack: frames.map((line) => line.trim()) }),
    ...(error.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** The same without the places in the code, causes included: for a failure of something that the code only asks. */
export function withoutStack(error: unknown): DescribedError {
  return bare(describeError(error));
}

function bare({ stack: _stack, cause, ...rest }: DescribedError): DescribedError {
  return cause === undefined ? rest : { ...rest, cause: bare(cause) };
}

/** A message without what may be a value: quoted text, addresses, long runs of digits, connection strings. */
export function withoutData(message: string): string {
  return message
    .slice(0, 500)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '<url>')
    .replace(/"[^"]*"?|'[^']*'|`[^`]*`|«[^»]*»|\([^()]*\)=\([^()]*\)/g, '<value>')
    .replace(/[^\s@<>]+@[^\s@<>]+/g, '<address>')
    .replace(/\+?\d[\d .-]{5,}\d/g, '<number>');
}

/** Nest's own lines in the same log. Its chatter at the start is of use to developers only. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.write('debug', message, context);
  }
  debug(message: unknown, context?: unknown): void {
    this.write('debug', message, context);
  }
  verbose(message: unknown, context?: unknown): void {
    this.write('trace', message, context);
  }
  warn(message: unknown, context?: unknown): void {
    this.write('warn', message, context);
  }
  error(message: unknown, _stack?: unknown, context?: unknown): void {
    this.write('error', message, context);
  }
  fatal(message: unknown, _stack?: unknown, context?: unknown): void {
    this.write('fatal', message, context);
  }
  setLogLevels(_levels: NestLevel[]): void {
    // The level is the installation's choice, not the framework's.
  }

  private write(
    level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal',
    message: unknown,
    context: unknown,
  ): void {
    const place = typeof context === 'string' ? { context } : {};
    if (message instanceof Error) this.logger[level]({ ...place, err: message });
    else
      this.logger[level](
        place,
        typeof message === 'string' ? withoutData(message) : 'A message of the framework.',
      );
  }
}
