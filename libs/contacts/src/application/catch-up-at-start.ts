import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, Position } from '#event-store';
import { EVENT_STORE } from '#runtime';

/**
 * Whether rows and floors may be believed. A ledger database that was put back from a backup, beside an event store that
 * was not, holds floors as old as its rows: neither knows of a "no" that was answered since. So no process uses them
 * before they have reached what the store held when it first asked (ADR 0018).
 */
@Injectable()
export class CatchUpAtStart {
  #head: Position | undefined;
  #isDone = false;

  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** `position`: up to where the rows follow the ledger. Throws `Unavailable` while nobody knows where the store ends. */
  async isDone(position: Position | undefined): Promise<boolean> {
    if (this.#isDone) return true;
    this.#head ??= await this.store.head();
    this.#isDone = this.#head === undefined || (position !== undefined && position >= this.#head);
    return this.#isDone;
  }
}
