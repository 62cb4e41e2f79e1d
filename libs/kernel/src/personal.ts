import { inspect } from 'node:util';

const REDACTED = '[personal]';

/**
 * A personal value in the clear (GDPR Art. 4(1)). It prints `[personal]` in JSON, in templates, in `util.inspect` and
 * so in loggers and error reporters; only {@link Personal.reveal} gives the value, which makes each use findable.
 */
export class Personal<T> {
  readonly #value: T;

  private constructor(value: T) {
    this.#value = value;
  }

  /** Wraps a value that must not be printed. */
  static of<T>(value: T): Personal<T> {
    return new Personal(value);
  }

  /** The value itself. Call it only where the value leaves for its rightful reader or is sealed. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
