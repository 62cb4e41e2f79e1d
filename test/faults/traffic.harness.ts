import { randomBytes, randomUUID } from 'node:crypto';
import type { Answer, Client } from '../acceptance/client.harness.js';
import { consentBody, email, type TestShop } from '../acceptance/shop.harness.js';
import type { Chance } from './random.harness.js';

/** One act of a client, as often as it has to be sent. */
export interface SentCommand {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  /** Stands in the metadata of every event of it, and so finds them again. */
  readonly traceparent: string;
  /** The 2xx, once there is one; whoever has it relies on it. */
  acknowledged?: Answer;
}

/** What happens while a part is away must be declared: a problem document that says when to come again. */
const DECLARED = [409, 503];

/**
 * A client that writes one act after the other and keeps every answer: registrations, and consents and withdrawals of
 * the people that it knows to be registered.
 */
export class Writer {
  readonly sent: SentCommand[] = [];
  /** Answers that no client may ever get. */
  readonly undeclared: Answer[] = [];
  readonly #people: string[] = [];
  #isOver = false;

  constructor(
    private readonly client: Client,
    private readonly shop: TestShop,
    private readonly chance: Chance,
  ) {}

  /** Writes until it is told to stop. An answer that does not come leaves the act undecided and is no end. */
  async run(
    pauseAfterFailure: () => Promise<void>,
    pauseAfterAct: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    this.#isOver = false;
    while (!this.#isOver) {
      const command = this.#next();
      this.sent.push(command);
      const answer = await this.send(command, this.client.url).catch(() => undefined);
      if (answer?.status !== 200 && answer?.status !== 201) await pauseAfterFailure();
      await pauseAfterAct();
    }
  }

  /** The act that is under way is the last one. */
  stop(): void {
    this.#isOver = true;
  }

  /** Sends an act, for the first or for another time. */
  async send(command: SentCommand, url: string): Promise<Answer> {
    const { path, body, key, traceparent } = command;
    const answer = await this.client.on(url).post(path, body, { key, traceparent });
    if (answer.status === 200 || answer.status === 201) this.#acknowledge(command, answer);
    else if (!isDeclared(answer)) this.undeclared.push(answer);
    return answer;
  }

  #acknowledge(command: SentCommand, answer: Answer): void {
    if (command.acknowledged !== undefined) return;
    command.acknowledged = answer;
    if (command.path === '/v1/subjects') this.#people.push(String(answer.body.subjectId));
  }

  #next(): SentCommand {
    const act = this.#people.length === 0 ? 0 : this.chance.next();
    if (act < 0.4) return command('/v1/subjects', registration());
    const path = `/v1/subjects/${this.chance.oneOf(this.#people)}`;
    return act < 0.75
      ? command(`${path}/consents`, consentBody(this.shop))
      : command(`${path}/withdrawals`, withdrawal(this.shop));
  }
}

function isDeclared({ status, headers }: Answer): boolean {
  const isProblem = (headers.get('content-type') ?? '').startsWith('application/problem+json');
  return DECLARED.includes(status) && isProblem && headers.get('retry-after') !== null;
}

function command(path: string, body: object): SentCommand {
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return { path, body, key: randomUUID(), traceparent };
}

const registration = () => ({
  contactPoints: [email(`${randomUUID()}@courrier.example`)],
  audience: 'consumer',
  source: { kind: 'shop' },
});

const withdrawal = (shop: TestShop) => ({
  purposeId: shop.newsletterId,
  channels: ['email'],
  source: { kind: 'web-form' },
});
