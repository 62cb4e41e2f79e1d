import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InMemoryEventStore, type Position } from '#event-store';
import { Unavailable } from '#event-store';
import { MalformedToken, NotYetConsistent, TokenOfAnotherStore, Tokens } from './tokens.js';
import { choiceDecider, contextOf, writePath } from './write-path.harness.js';

const generation = '6b1c2f3e-90a4-4f56-8a57-1b0d3a1f2c01';
const ledger = { identity: () => ({ ledgerId: generation, generation }) };
const subjectId = '0b8a2f9e-8d8e-4c0c-8a37-3f6c2f1e7d10';
const stream = `consent-${subjectId}`;

/** A read model that is as far as it is told. */
class ReadModel {
  reached: Position | undefined;
  asked = 0;
  onAsk: (times: number) => void = () => undefined;

  async position(): Promise<Position | undefined> {
    this.asked += 1;
    this.onAsk(this.asked);
    return this.reached;
  }
}

function ledgerOf(store = new InMemoryEventStore()) {
  const path = writePath(store);
  const readModel = new ReadModel();
  const tokens = new Tokens(ledger, store, readModel);
  const say = (says: 'yes' | 'no') =>
    path.runner.run(
      { decider: choiceDecider, stream },
      { type: 'Say', data: { subjectId, says } },
      contextOf(randomUUID()),
    );
  return { ...path, store, readModel, tokens, say };
}

describe('the answer to a command', () => {
  it('names the position of its last event in this generation of the store', async () => {
    const { tokens, say } = ledgerOf();
    const outcome = await say('yes');
    const token = `${generation}~${outcome.position ?? ''}`;
    expect(tokens.ack(outcome)).toEqual({ token, stream, revision: 0, appended: 1 });
    expect(tokens.parse(token)).toEqual({ kind: 'position', generation, position: outcome.position });
  });

  it('names the revision of the stream where nothing was new, and -1 where there is no stream', async () => {
    const { tokens, say } = ledgerOf();
    await say('yes');
    expect(tokens.ack(await say('yes'))).toEqual({ token: `${stream}@0`, stream, revision: 0, appended: 0 });
    const absent = { stream, revision: undefined, events: [] };
    expect(tokens.ack(absent)).toEqual({ token: `${stream}@-1`, stream, revision: -1, appended: 0 });
    expect(await tokens.resolve(`${stream}@-1`)).toBeUndefined();
  });
});

describe('reading a token', () => {
  it('any text is a token or a MalformedToken', () => {
    const { tokens } = ledgerOf();
    const texts = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom(stream, generation, 'a'), fc.constantFrom('@', '~'), fc.string())
        .map((t) => t.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const token = tokens.parse(text);
          const again =
            token.kind === 'position'
              ? `${token.generation}~${token.position}`
              : `${token.stream}@${String(token.revision)}`;
          return again === text;
        } catch (error) {
          return error instanceof MalformedToken;
        }
      }),
    );
  });

  it.each([
    '',
    '~',
    '@',
    `${stream}@`,
    `${stream}@-2`,
    `${stream}@01`,
    `${stream}@99999999999999999999`,
    'consent-x@0',
  ])('"%s" is none', (text) => {
    expect(() => ledgerOf().tokens.parse(text)).toThrow(MalformedToken);
  });

  it('of another generation, or of a longer history, is refused and not misread', async () => {
    const { tokens, say } = ledgerOf();
    const { position } = await say('yes');
    await expect(tokens.resolve(`${randomUUID()}~${position ?? ''}`)).rejects.toThrow(TokenOfAnotherStore);
    await expect(tokens.resolve(`${stream}@1`)).rejects.toThrow(TokenOfAnotherStore);
  });

  it('resolves a revision to its position, and one that was erased to the head', async () => {
    const { tokens, say, store } = ledgerOf();
    const first = await say('yes');
    await say('no');
    expect(await tokens.resolve(`${stream}@0`)).toBe(first.position);
    await store.close(stream, { kind: 'revision', revision: 1n });
    expect(await tokens.resolve(`${stream}@0`)).toBe(await store.head());
  });

  it('waits for nothing while the ledger is not open', async () => {
    const closed = {
      identity: () => {
        throw new Unavailable('notWritten');
      },
    };
    const tokens = new Tokens(closed, new InMemoryEventStore(), new ReadModel());
    await expect(tokens.waitFor(`${generation}~1`, 'contact-state', 1)).rejects.toThrow(Unavailable);
  });
});

describe('waiting for a read model', () => {
  it('returns once it is there', async () => {
    const { tokens, say, readModel } = ledgerOf();
    const [first, second] = [await say('yes'), await say('no')];
    readModel.onAsk = (times) => {
      if (times > 1) readModel.reached = first.position;
      if (times > 3) readModel.reached = second.position;
    };
    await tokens.waitFor(tokens.ofOutcome(second), 'contact-state', 10_000);
    expect(readModel.asked).toBe(4);
  });

  it('a later position is there too; nothing to wait for asks nobody', async () => {
    const { tokens, say, readModel } = ledgerOf();
    const first = await say('yes');
    readModel.reached = (await say('no')).position;
    await tokens.waitFor(tokens.ofOutcome(first), 'contact-state', 0);
    await tokens.waitFor(`${stream}@-1`, 'contact-state', 0);
    expect(readModel.asked).toBe(1);
  });

  it('gives up in time and says which token', async () => {
    const { tokens, say } = ledgerOf();
    const token = tokens.ofOutcome(await say('yes'));
    await expect(tokens.waitFor(token, 'contact-state', 20)).rejects.toThrow(NotYetConsistent);
    await expect(tokens.waitFor(token, 'contact-state', 0)).rejects.toMatchObject({ token });
  });
});
