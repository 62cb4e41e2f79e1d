import type { ConfigProblem } from './problems.js';

/** Variables as the process got them. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables one by one and collects what is wrong with them, so that a person mends all of it in one go.
 * An empty value counts as not set: that is what `NAME=` in an env file and `${NAME:-}` in compose mean.
 */
export class Environment {
  readonly problems: ConfigProblem[] = [];

  constructor(private readonly env: Env) {}

  /** The trimmed value, or `undefined` when it is absent or empty. */
  get(variable: string): string | undefined {
    const value = this.env[variable]?.trim();
    return value === '' ? undefined : value;
  }

  has(variable: string): boolean {
    return this.get(variable) !== undefined;
  }

  /**
   * Passes the value through `parse`, which answers `undefined` for one that does not fit. Absent stays `undefined`.
   * `secret` keeps the value out of the message.
   */
  read<T>(
    variable: string,
    parse: (value: string) => T | undefined,
    expected: string,
    exposure: 'open' | 'secret' = 'open',
  ): T | undefined {
    const value = this.get(variable);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) this.refuse(variable, expected, exposure);
    return parsed;
  }

  /** Notes a problem with the variable. An address with `user@` in it may hold a password even where none belongs. */
  refuse(variable: string, expected: string, exposure: 'open' | 'secret' = 'open'): void {
    const value = this.get(variable);
    const hidden = exposure === 'secret' || value?.includes('@') === true;
    this.problems.push({ variable, expected, value: hidden ? undefined : value });
  }
}
