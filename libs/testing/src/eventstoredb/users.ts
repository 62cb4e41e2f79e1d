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

  /** Who sends this `Authorization` header: nobody, somebody, or somebody with a wrong password. */
  identify(authorization: string | undefined): Principal | 'anonymous' | 'wrong' {
    if (authorization === undefined) return 'anonymous';
    const text = Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString('utf8');
    const colon = text.indexOf(':');
    const user = this.#users.get(text.slice(0, colon));
    return user !== undefined && user.password === text.slice(colon + 1) ? user : 'wrong';
  }
}
