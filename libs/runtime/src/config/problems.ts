/** One variable that is wrong. Holds a value only where it can not be a secret. */
export interface ConfigProblem {
  readonly variable: string;
  /** What would be right, as the rest of "expected …". */
  readonly expected: string;
  /** The value as it stands; `undefined` when it is missing or could hold a password. */
  readonly value: string | undefined;
}

/** The environment does not describe a server that could run. Names every wrong variable at once. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(['The configuration is not usable:', ...problems.map(line)].join('\n'));
  }
}

function line({ variable, expected, value }: ConfigProblem): string {
  return `  ${variable}${value === undefined ? '' : ` is ${shown(value)}`}: expected ${expected}`;
}

/** Quoted, so that stray spaces and line ends are seen; cut, because a pasted file is of no use in a message. */
function shown(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
