import type { Metadata } from '@grpc/grpc-js';
import { mayAccess, type AccessLists, type Action, type Principal } from './access.js';
import type { EventLog } from './event-log.js';
import { refusals, type Refusal } from './refusal.js';
import { originalOf } from './record.js';
import { parseMetadata } from './stream-metadata.js';
import type { Users } from './users.js';

/** Who may call what on a node that knows its callers; one without encryption knows nobody and lets all in. */
export class Rights {
  constructor(
    private readonly log: EventLog,
    private readonly users: Users,
  ) {}

  /** Why the caller may not do this with this stream: 16 for a wrong password, 7 for a missing right. */
  denialOf(metadata: Metadata, action: Action, stream: string): Refusal | undefined {
    const caller = this.users.identify(metadata.get('authorization')[0]?.toString());
    if (caller === 'wrong') return refusals.unauthenticated();
    if (caller === 'anonymous') return refusals.accessDenied();
    return mayAccess(caller, action, stream, this.#listsOf(stream)) ? undefined : refusals.accessDenied();
  }

  /** HTTP status for a caller who is not allowed; `undefined` for one who is. */
  httpDenialOf(
    authorization: string | undefined,
    may: (caller: Principal) => boolean,
  ): 401 | 403 | undefined {
    const caller = this.users.identify(authorization);
    if (typeof caller === 'string') return 401;
    return may(caller) ? undefined : 403;
  }

  #listsOf(stream: string): AccessLists {
    return {
      ofStream: this.log.metadataOf(originalOf(stream) ?? stream).$acl ?? {},
      ofSettings: parseMetadata(this.log.newestOf('$settings')?.data) as AccessLists['ofSettings'],
    };
  }
}
