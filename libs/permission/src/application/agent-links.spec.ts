import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { channels } from '#kernel';
import { packedIds, SealedTokens, type KeyStore } from '#subject-keys';
import { AgentLinks, type AgentTask } from './agent-links.js';

// Goal: a link opens to the contact that it was made for, whatever is said of what is offered, and one that was made
// before a category could be said still opens. Method: real sealing under a key made here.

const version = { version: 1, key: createSecretKey(randomBytes(32)), settled: true };
const named = { versions: async () => [version], current: async () => version };
const links = new AgentLinks({ named } as unknown as KeyStore, 'https://greffe.example');
const tokenIn = (url: string): string => new URL(url).pathname.replace('/a/', '');

const id = fc.uuid();
const slug = fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){0,31}$/).filter(({ length }) => length <= 64);
const goods = fc.oneof(fc.constant(undefined), slug, fc.constant('a'.repeat(64)));
const task = fc.record({
  ...{ subjectId: id, attemptId: id, purposeId: id, controllerId: id },
  channel: fc.constantFrom(...channels),
  goodsNature: goods,
  productCategory: goods,
  expiresAt: fc
    .date({ min: new Date('2026-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  actor: fc.record({ k: fc.constantFrom('service' as const, 'operator' as const), ref: id }),
});

describe('a link for an agent', () => {
  it('opens to what it was made for, with what is offered or without', async () => {
    await fc.assert(
      fc.asyncProperty(task, async (wanted) => {
        const known = Object.entries(wanted).filter(([, value]) => value !== undefined);
        const one = Object.fromEntries(known) as unknown as AgentTask;
        expect(await links.open(tokenIn(await links.urlFor(one)))).toEqual(one);
      }),
    );
  });

  it.each([
    ['phone-human', {}],
    ['phone-human furniture', { goodsNature: 'furniture' }],
  ])('of an earlier version opens too: “%s”', async (texts, said) => {
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    const [subjectId, attemptId, purposeId, controllerId, ref] = ids;
    const expiresAt = '2026-11-30T10:00:00.000Z';
    const head = Buffer.alloc(7);
    head.writeUIntBE(Date.parse(expiresAt), 1, 6);
    const content = Buffer.concat([head, packedIds(ids), Buffer.from(texts, 'latin1')]);
    const [token = ''] = await new SealedTokens(named, 'agent-links').seal([content]);
    expect(await links.open(token)).toEqual({
      ...{ subjectId, attemptId, purposeId, controllerId, channel: 'phone-human', expiresAt },
      ...{ ...said, actor: { k: 'service', ref } },
    });
  });
});
