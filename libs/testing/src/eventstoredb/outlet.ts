import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { EventStoreFaults, Fault } from './faults.js';
import type { Refusal } from './refusal.js';
import { errorOf } from './status.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** The way of a read's answer to its client: waits for a slow one, keeps quiet in a silence, ends once. */
export class Outlet {
  #isOver = false;
  #isBlocked = false;
  #sent = 0;
  #release: () => void = () => undefined;

  constructor(
    private readonly call: ReadCall,
    private readonly faults: EventStoreFaults,
    private readonly fault: Fault | undefined,
    /** Called when the client does not take what is sent. */
    private readonly onBlocked: () => void = () => undefined,
  ) {
    for (const event of ['cancelled', 'close']) call.on(event, () => this.#close());
    call.on('drain', () => this.#release());
  }

  /** The client has gone, or has been refused. */
  get isOver(): boolean {
    return this.#isOver || this.call.cancelled;
  }

  /** A message waits for the client to take those before it. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Messages that went out so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends an event, or whatever the fault of this call makes of it. */
  async sendEvent(message: ReadResp): Promise<void> {
    await this.send(message);
    if (this.fault?.kind === 'repeated') await this.send(message);
    while (this.fault?.kind === 'lostReply' && !this.isOver) await this.#room();
  }

  /** Sends and waits until the client takes more. */
  async send(message: ReadResp): Promise<void> {
    await this.faults.audible();
    if (this.isOver) return;
    this.#sent += 1;
    if (this.call.write(message)) return;
    this.#isBlocked = true;
    this.onBlocked();
    await this.#room();
    this.#isBlocked = false;
  }

  refuse(refusal: Refusal): void {
    if (this.isOver) return;
    this.#close();
    this.call.emit('error', errorOf(refusal));
  }

  end(): void {
    if (!this.isOver) this.call.end();
  }

  /** Settles when the client takes more, or has gone. */
  #room(): Promise<void> {
    return new Promise((resolve) => (this.#release = resolve));
  }

  #close(): void {
    this.#isOver = true;
    this.#release();
  }
}
