import { describe, expect, it } from '@jest/globals';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import type { RightsEvent } from '../contract.js';
import { isOverdue, stateOfNotification } from './notifications.js';
import { findBy, replyAddressOf, type KnownAddress } from './recipient-package.js';
import { rightsDecider } from './rights.decider.js';

// Goal: each recipient of an erasure is told once, its answer counts whenever it comes, and what is kept for recipients
// ends when none of them needs it any more and not before (Art. 19).

const { given } = specificationOf(rightsDecider);
const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const erasureId = '22222222-2222-4222-8222-222222222222';
const [one, other] = ['3c8f1a2b-4d5e-4f60-8a7b-9c0d1e2f3a4b', '4d9f1a2b-4d5e-4f60-8a7b-9c0d1e2f3a4c'];
const [monday, tuesday] = ['2026-11-16T09:00:00.000Z', '2026-11-17T09:00:00.000Z'];
const actor = { k: 'service', ref: '44444444-4444-4444-8444-444444444444' } as const;
const metadata = { now: tuesday, actor };
type Data<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];

const ordered: RightsEvent = {
  type: 'ErasureOrdered',
  data: {
    ...{ erasureId, subjectId, ground: 'objection', initiator: 'data-subject', requestedAt: monday },
    identityCheck: { method: 'known-details', at: monday },
    ...{ scopes: ['identity'], retained: [], rulesVersion: '2026-11' },
  },
};
const packageFor = (recipientId: string): Data<'RecipientPackagePrepared'> => ({
  ...{ erasureId, subjectId, recipientId, howTold: 'api', dueBy: '2026-12-16' },
});
const prepared = (recipientId: string): RightsEvent => ({
  type: 'RecipientPackagePrepared',
  data: packageFor(recipientId),
});
const of = (recipientId: string) => ({ erasureId, subjectId, recipientId });
const acknowledged = (recipientId: string, acknowledgedAt = monday): RightsEvent => ({
  type: 'RecipientAcknowledged',
  data: { ...of(recipientId), acknowledgedAt, outcome: 'erased' },
});
const late = (recipientId: string): RightsEvent => ({
  type: 'RecipientFailed',
  data: { ...of(recipientId), failedAt: tuesday, reason: 'no-answer-in-time' },
});
const acknowledge = (recipientId: string, acknowledgedAt = monday) => ({
  type: 'AcknowledgeRecipient' as const,
  data: { ...of(recipientId), acknowledgedAt, outcome: 'erased' as const },
  metadata,
});
const ended: Data<'KeyDestructionStarted'> = {
  ...{ erasureId, subjectId, scopes: [], covers: [] },
  keys: [
    {
      ...{ kid: 'k_01JD0000000000000000000001', fp: 'f'.repeat(43), scope: 'notification', generation: 1 },
      stream: 'personal-4c1b7d90-8a2e-4f63-9b57-1d0e2f3a4b5c',
    },
  ],
};
const end = { type: 'EndNotification' as const, data: ended, metadata };
const started: RightsEvent = {
  type: 'KeyDestructionStarted',
  data: { erasureId, subjectId, keys: [], scopes: ['identity'], covers: [] },
};

describe('a recipient of an erasure', () => {
  it('is prepared once, before the keys die', () => {
    const packages = [packageFor(one), packageFor(other)];
    const prepare = {
      type: 'PrepareRecipients' as const,
      data: { erasureId, subjectId, packages },
      metadata,
    };
    given().when(prepare).thenRejected('erasure-unknown');
    given(ordered).when(prepare).then(prepared(one), prepared(other));
    given(ordered, prepared(one)).when(prepare).then(prepared(other));
    expect(() => given(ordered, started).when(prepare).thenNothing()).toThrow('before the keys die');
  });

  it('is told once, and answers once, even late; one that nobody prepared is unknown', () => {
    const inform = {
      type: 'InformRecipient' as const,
      data: { ...of(one), informedAt: monday },
      metadata,
    };
    const informed: RightsEvent = { type: 'RecipientInformed', data: inform.data };
    given(ordered, prepared(one)).when(inform).then(informed);
    given(ordered, prepared(one), informed).when(inform).thenNothing();
    given(ordered, prepared(one), late(one)).when(acknowledge(one)).then(acknowledged(one));
    given(ordered, prepared(one), acknowledged(one)).when(acknowledge(one)).thenNothing();
    given(ordered, prepared(one)).when(acknowledge(other)).thenRejected('recipient-unknown');
    given(ordered, prepared(one))
      .when(acknowledge(one, '2027-01-01T00:00:00.000Z'))
      .thenRejected('occurred-in-the-future');
  });

  it('fails only while it has not answered', () => {
    const fail = {
      type: 'FailRecipient' as const,
      data: late(one).data as Data<'RecipientFailed'>,
      metadata,
    };
    given(ordered, prepared(one)).when(fail).then(late(one));
    given(ordered, prepared(one), acknowledged(one)).when(fail).thenNothing();
  });

  it('is late the day after its due day, and no longer when it answers', () => {
    const { notifications } = fold(rightsDecider, [ordered, prepared(one)]);
    expect(['2026-12-16', '2026-12-17'].map((day) => isOverdue(notifications[0]!, day))).toEqual([
      false,
      true,
    ]);
    const states = [[], [late(one)], [late(one), acknowledged(one)]].map((more) =>
      stateOfNotification(fold(rightsDecider, [ordered, prepared(one), ...more]).notifications[0]!),
    );
    expect(states).toEqual(['prepared', 'late', 'acknowledged']);
  });
});

describe('what is kept for recipients', () => {
  const both = [ordered, prepared(one), prepared(other), started] as const;

  it('ends with the last answer, once, and leaves the erasure where it was', () => {
    given(...both, acknowledged(one))
      .when(end)
      .thenNothing();
    given(...both, acknowledged(one), late(other))
      .when(end)
      .then({ type: 'KeyDestructionStarted', data: ended });
    const over: RightsEvent = { type: 'KeyDestructionStarted', data: ended };
    given(...both, acknowledged(one), late(other), over)
      .when(end)
      .thenNothing();
    const dead: RightsEvent = {
      type: 'SubjectKeyDestroyed',
      data: {
        ...{ erasureId, subjectId, scope: 'identity', throughGeneration: 1, keys: [] },
        ...{ technique: 'crypto-shred', kekProvider: 'file', destroyedAt: monday },
      },
    };
    const state = fold(rightsDecider, [...both, dead, acknowledged(one), acknowledged(other), over]);
    expect(state.erasures.map(({ progress }) => progress)).toEqual(['unreadable']);
    expect(state.fencedScopes).toEqual(['identity']);
  });
});

describe('a package', () => {
  const addresses: KnownAddress[] = [
    { kind: 'phone', value: '+33600000000' },
    { kind: 'email', value: 'a@mail.example' },
    { kind: 'external-id', system: 'crm', value: 'C-1' },
  ];

  it('names the person by what the recipient knows them by, else by every address', () => {
    const by = (kind: 'external-id' | 'email', system?: string) =>
      findBy({ identifiesBy: system === undefined ? { kind } : { kind, system } }, addresses).map(
        ({ value }) => value,
      );
    expect(by('external-id', 'crm')).toEqual(['C-1']);
    expect(by('email')).toEqual(['a@mail.example']);
    expect(by('external-id', 'other')).toEqual(['+33600000000', 'a@mail.example']);
  });

  it('says where the person can be answered', () => {
    expect(replyAddressOf(addresses)?.kind).toBe('email');
    expect(replyAddressOf([{ kind: 'external-id', system: 'crm', value: 'C-1' }])).toBeUndefined();
  });
});
