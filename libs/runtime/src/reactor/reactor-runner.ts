import type { EventCodec } from '#event-store';
import type { FollowerState } from '../projection/follower.js';
import type { LedgerFeed } from '../projection/ledger-feed.js';
import type { Reactor } from '../projection/projection.js';
import { Reacting } from './reacting.js';

export interface ReactorRunnerOptions {
  readonly feed: LedgerFeed;
  readonly codec: EventCodec;
  readonly reactors: readonly Reactor[];
}

/**
 * Runs reactors, each by one owner over all processes: at least once, in order, from the first event of the ledger.
 * They have no part in rebuilds. Each stands as `reactor.<name>` among the checkpoints and parked events.
 */
export class ReactorRunner {
  /** Adds itself to the feed. */
  constructor(private readonly options: ReactorRunnerOptions) {
    const { feed, codec, reactors } = options;
    for (const reactor of reactors) feed.add(new Reacting(reactor, feed, codec));
  }

  /** What each reactor is doing in this process. */
  states(): FollowerState[] {
    const names = new Set(this.options.reactors.map(({ name }) => `reactor.${name}`));
    return this.options.feed.states().filter(({ name }) => names.has(name));
  }
}
