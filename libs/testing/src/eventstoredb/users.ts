import type { Principal } from './access.js';

interface User extends Principal {
  readonly password: string;
}

/** A user as an operator makes it. */
export interface NewUser {
  readonly loginName: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** Those who may log in. A fresh server knows `admin` and `ops`, both with the password `changeit`. */
export class Users {
  readonly #users = new Map<string, User>();

  constructor() {
    this.add({ loginName: 'admin', password: 'changeit', groups: ['$admins'] });
    this.add({ loginName: 'ops', password: 'changeit', groups: ['$ops'] });
  }

  add({ loginName, password, groups }: NewUser): void {
    this.#users.set(loginName, { name: loginName, password, groups });
  }

  /** Names and groups of a user. */
  find(loginName: string): Principal | undefined {
    return this.#users.get(loginName);
  }

  /** Gives a user other groups or another password. Throws `RangeError` for nobody. */
  change(loginName: string, change: Partial<Pick<NewUser, 'groups' | 'password'>>): void {
    const user = this.#users.get(loginName);
    if (user === undefined) throw new RangeError('There is no such user');
    this.#users.set(loginName, { ...user, ...change });
  }

  /** Who sends this `Authorization` header: nobody, somebody, or somebody with a wrong password. */
  identify(authorization: string | undefined): Principal | 'anonymous' | 'wrong' {
    if (authorization === undefined) return 'anonymous';
    const text = Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const user = this.#users.get(text.slice(0, colon));
    return user !== undefined && user.password === text.slice(colon + 1) ? user : 'wrong';
  }
}
