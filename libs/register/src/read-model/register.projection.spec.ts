import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerEvent } from '#event-store';
import { fold, Rejection, sha256Hex, type Command, type Decider, type Message } from '#kernel';
import type { Row } from '#runtime';
import { registerEvents, type PurposeData } from '../contract.js';
import { activityDecider, type ActivityCommand, type ActivityEvent } from '../domain/activity.decider.js';
import { instants, metadata } from '../domain/decider.harness.js';
import { standingDescription } from '../domain/described.js';
import { formDecider, formEnd, type FormCommand, type FormEvent } from '../domain/form.decider.js';
import { noticeDecider, type NoticeEvent, type PublishNotice } from '../domain/notice.decider.js';
import { purposeDecider, type PurposeCommand, type PurposeEvent } from '../domain/purpose.decider.js';
import {
  exampleActivity,
  exampleActivityId,
  exampleControllerId,
  exampleForm,
  examplePurpose,
  examplePurposeId,
} from '../examples.js';
import { registerProjection, registerProjections } from './register.projection.js';

// Goal: the read model says what the streams say. Method: any history that the deciders can make is projected row by
// row in memory and compared with the deciders' own fold of it.

type Tables = Map<string, Row>;
const purpose: PurposeData = { ...examplePurpose, purposeId: examplePurposeId };
const activity = { ...exampleActivity, activityId: exampleActivityId };
const facts = { knownControllers: [exampleControllerId], knownPurposes: [examplePurposeId] };
const noticeId = '5b1f0a52-6d0f-4b6e-9d75-2f7a3c9e8b10';
const formId = 'c0a8012e-5d0b-4c1e-8a3f-6b7c8d9e0f1a';
const sha256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';

function historyOf<C extends Command, E extends Message, S>(
  decider: Decider<C, E, S>,
  commands: readonly C[],
): E[] {
  const history: E[] = [];
  for (const command of commands) {
    try {
      history.push(...decider.decide(command, fold(decider, history)));
    } catch (error) {
      expect(error).toBeInstanceOf(Rejection);
    }
  }
  return history;
}

/** Rows by table and key after a stream; what the runner does with PostgreSQL. */
function tablesAfter(history: readonly Message[]): Tables {
  const tables: Tables = new Map();
  history.forEach((event, index) => {
    for (const { entity, key, evolve } of registerProjection.project({
      ...event,
      revision: BigInt(index),
    } as LedgerEvent)) {
      const name = `${entity.name} ${JSON.stringify(key)}`;
      const next = evolve(tables.get(name));
      if (next !== undefined) tables.set(name, { ...next, ...key });
    }
  });
  return tables;
}

const only = (tables: Tables, entity: string): Row | undefined =>
  [...tables].find(([name]) => name.startsWith(`${entity} `))?.[1];

describe('the register’s read model', () => {
  it('reads every event of the register', () => {
    const handled = registerProjections.flatMap(({ handles }) => handles);
    expect(handled).toEqual(Object.keys(registerEvents.table));
  });

  it('says of a purpose what its stream says', () => {
    const described = fc
      .tuple(fc.constantFrom('DeclarePurpose', 'RevisePurpose'), fc.constantFrom('a', 'b', 'c'), instants)
      .map(([type, fr, occurredAt]) => {
        const proposal = { purpose: { ...purpose, name: { fr } }, occurredAt, controllerKnown: true };
        return { type, data: proposal, metadata };
      });
    const retired = instants.map((occurredAt): PurposeCommand => ({
      type: 'RetirePurpose',
      data: { purposeId: examplePurposeId, reason: 'ended', occurredAt },
      metadata,
    }));
    const commands = fc.array(
      fc.oneof({ weight: 5, arbitrary: described }, { weight: 1, arbitrary: retired }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(commands, (sequence) => {
        const history = historyOf<PurposeCommand, PurposeEvent, ReturnType<typeof purposeDecider.evolve>>(
          purposeDecider,
          sequence,
        );
        const { descriptions, ending } = fold(purposeDecider, history);
        const row = only(tablesAfter(history), 'PurposeEntity');
        const standing = standingDescription(descriptions);
        if (standing === undefined) {
          expect(row).toBeUndefined();
          return;
        }
        const { occurredAt, ...data } = standing;
        expect(row).toMatchObject({
          data,
          described_at: occurredAt,
          retired_at: ending?.occurredAt ?? null,
          revision: BigInt(history.length - 1),
        });
      }),
    );
  });

  it('says of a line what its stream says', () => {
    const described = fc
      .tuple(
        fc.constantFrom('RecordProcessingActivity', 'ReviseProcessingActivity'),
        fc.constantFrom('a', 'b', 'c'),
        instants,
      )
      .map(([type, name, occurredAt]) => {
        const proposal = { activity: { ...activity, name }, occurredAt, facts };
        return { type, data: proposal, metadata };
      });
    const retired = instants.map((occurredAt): ActivityCommand => ({
      type: 'RetireProcessingActivity',
      data: { activityId: exampleActivityId, reason: 'ended', endedOn: occurredAt.slice(0, 10), occurredAt },
      metadata,
    }));
    const commands = fc.array(
      fc.oneof({ weight: 5, arbitrary: described }, { weight: 1, arbitrary: retired }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(commands, (sequence) => {
        const history = historyOf<ActivityCommand, ActivityEvent, ReturnType<typeof activityDecider.evolve>>(
          activityDecider,
          sequence,
        );
        const { descriptions, ending } = fold(activityDecider, history);
        const row = only(tablesAfter(history), 'ActivityEntity');
        const standing = standingDescription(descriptions);
        if (standing === undefined) {
          expect(row).toBeUndefined();
          return;
        }
        const { occurredAt, ...data } = standing;
        expect(row).toMatchObject({
          data,
          described_at: occurredAt,
          ended_on: ending?.endedOn ?? null,
          revision: BigInt(history.length - 1),
        });
      }),
    );
  });

  it('holds the text of each notice version to the byte', () => {
    const publish = fc
      .tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.integer({ min: 1, max: 4_000 }),
      )
      .map(([version, word, times]): PublishNotice => ({
        type: 'PublishNotice',
        data: {
          noticeId,
          version,
          title: { fr: `Version ${String(version)}` },
          texts: [{ language: 'fr', text: word.repeat(times) }],
          change: 'editorial',
          occurredAt: '2026-01-01T08:00:00.000Z',
        },
        metadata,
      }));
    fc.assert(
      fc.property(fc.array(publish, { maxLength: 4 }), (commands) => {
        const history = historyOf<PublishNotice, NoticeEvent, ReturnType<typeof noticeDecider.evolve>>(
          noticeDecider,
          commands,
        );
        const tables = [...tablesAfter(history)];
        for (const event of history) {
          if (event.type !== 'NoticePublished') continue;
          const { version } = event.data;
          const parts = tables
            .filter(([name, row]) => name.startsWith('NoticeTextEntity ') && row['version'] === version)
            .sort(([, a], [, b]) => Number(a['part']) - Number(b['part']));
          const text = parts.map(([, row]) => String(row['text'])).join('');
          expect(sha256Hex(text)).toBe(event.data.texts[0]?.sha256);
          expect(parts).toHaveLength(event.data.texts[0]?.parts ?? 0);
        }
        const newest = only(new Map(tables), 'NoticeEntity')?.['newest_version'];
        expect(newest).toBe(history.findLast(({ type }) => type === 'NoticePublished')?.data.version);
      }),
      { numRuns: 30 },
    );
  });

  it('ends a form when the stream says so', () => {
    const form = {
      ...exampleForm,
      formId,
      notice: { noticeId, version: 1 },
      offers: exampleForm.offers.slice(0, 1),
    };
    const offered = {
      purposeId: examplePurposeId,
      kind: 'service',
      channels: ['email'],
      consentAudiences: ['consumer'],
      retired: false,
    } as const;
    const published = fc.integer({ min: 1, max: 2 }).map((version): FormCommand => ({
      type: 'PublishCollectionForm',
      data: {
        form: { ...form, version },
        occurredAt: '2026-01-01T08:00:00.000Z',
        noticeTexts: [{ language: 'fr', sha256 }],
        purposes: [offered],
      },
      metadata,
    }));
    const retired = fc
      .tuple(fc.integer({ min: 1, max: 2 }), instants)
      .map(([version, validUntil]): FormCommand => ({
        type: 'RetireCollectionForm',
        data: { formId, version, validUntil, occurredAt: '2026-01-01T08:00:00.000Z' },
        metadata,
      }));
    fc.assert(
      fc.property(fc.array(fc.oneof(published, retired), { maxLength: 8 }), (commands) => {
        const history = historyOf<FormCommand, FormEvent, ReturnType<typeof formDecider.evolve>>(
          formDecider,
          commands,
        );
        const state = fold(formDecider, history);
        const rows = [...tablesAfter(history).values()];
        expect(rows).toHaveLength(state.versions.size);
        for (const row of rows) {
          expect(row['valid_until']).toBe(formEnd(state, Number(row['version'])) ?? null);
        }
      }),
    );
  });
});
