import type { Refusal } from './refusal.js';

/** Where a node is. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The calls that faults tell apart. */
export type CallKind = 'append' | 'read' | 'subscribe' | 'delete' | 'tombstone';

/** What may befall a call. */
export type Fault =
  /** Taken and never answered; nothing is done. */
  | { readonly kind: 'silent' }
  /** Done, but the answer never leaves. For reads: the first event is the last. */
  | { readonly kind: 'lostReply' }
  /** Done and answered only then. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Each event of the answer is sent twice; an append is carried out twice. */
  | { readonly kind: 'repeated' }
  /** Refused; with `afterwards` it was done all the same. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly afterwards?: boolean };

interface Trap {
  readonly on: readonly CallKind[] | 'any';
  readonly fault: Fault;
  left: number;
}

/** What goes wrong in the double, on demand. Everything stays right until told otherwise. */
export class EventStoreFaults {
  readonly #traps: Trap[] = [];
  readonly #seen: Record<CallKind, number> = { append: 0, read: 0, subscribe: 0, delete: 0, tombstone: 0 };
  #leader: Endpoint | undefined;
  #version: string | undefined;
  #voice: Promise<void> | undefined;
  #speak: () => void = () => undefined;

  constructor(
    private readonly server: {
      dropSubscriptions(refusal: Refusal): void;
      resetConnections(): void;
    },
  ) {}

  /** The next calls of these kinds meet the fault, once or as often as told. */
  next(on: CallKind | readonly CallKind[] | 'any', fault: Fault, times = 1): void {
    const kinds = typeof on === 'string' && on !== 'any' ? [on] : on;
    this.#traps.push({ on: kinds, fault, left: times });
  }

  /** All calls of these kinds meet the fault until `heal`. */
  always(on: CallKind | readonly CallKind[] | 'any', fault: Fault): void {
    this.next(on, fault, Infinity);
  }

  /** Nothing more is answered or delivered, on old connections and new ones, until `heal`. */
  silence(): void {
    this.#voice ??= new Promise((resolve) => (this.#speak = resolve));
  }

  /** Calls that require the leader are sent to that endpoint; `undefined` makes this node the leader again. */
  follow(leader: Endpoint | undefined): void {
    this.#leader = leader;
  }

  /** It says that it is of this version; it behaves as before. */
  claimVersion(version: string): void {
    this.#version = version;
  }

  /** Ends every running subscription with this refusal. */
  dropSubscriptions(refusal: Refusal): void {
    this.server.dropSubscriptions(refusal);
  }

  /** Resets every connection, as a lost network does. */
  resetConnections(): void {
    this.server.resetConnections();
  }

  /** Everything is right again; what was held in silence goes out. */
  heal(): void {
    this.#traps.length = 0;
    this.#leader = undefined;
    this.#version = undefined;
    this.#voice = undefined;
    this.#speak();
  }

  /** How many calls of a kind have come so far, those that failed too. */
  calls(kind: CallKind): number {
    return this.#seen[kind];
  }

  /** Settles as soon as the server may speak. For the server itself. */
  async audible(): Promise<void> {
    while (this.#voice !== undefined) await this.#voice;
  }

  /** Counts a call and takes the fault that awaits it. For the server itself. */
  take(kind: CallKind): Fault | undefined {
    this.#seen[kind] += 1;
    const index = this.#traps.findIndex(({ on }) => on === 'any' || on.includes(kind));
    const trap = this.#traps[index];
    if (trap === undefined) return undefined;
    trap.left -= 1;
    if (trap.left <= 0) this.#traps.splice(index, 1);
    return trap.fault;
  }

  /** What it says of its version, if not the truth. For the server itself. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Where calls that require the leader have to go, if not here. For the server itself. */
  get leader(): Endpoint | undefined {
    return this.#leader;
  }
}
