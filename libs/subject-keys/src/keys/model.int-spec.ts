import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyNotActive, KeyUnknown, SubjectErased } from '../errors.js';
import type { KeyStore } from '../key-store.js';
import { contextIn, declare, openFixture, sealFor, type KeyStoreFixture } from './key-store.fixture.js';
import type { OpenItem } from './sealing.js';

// Two processes share one key store. First their acts run one after the other against a model; then at once, and
// only what must hold whatever the order is asked: no key lives at or below a fence, and nothing erased opens.

let fixture: KeyStoreFixture;
let processes: readonly KeyStore[];
beforeAll(async () => {
  fixture = await openFixture();
  const other = fixture.another();
  other.reconciled();
  processes = [fixture.store, other];
});
afterAll(() => fixture.close());

const SCOPES = ['identity', 'evidence'] as const;
type Scope = (typeof SCOPES)[number];

interface ScopeModel {
  closed: boolean;
  /** Some generation was erased. */
  fenced: boolean;
  /** Newest generation ever created. */
  newest: number;
  pending?: string;
  active?: string;
  readonly sealed: { readonly item: OpenItem; readonly generation: number; erased: boolean }[];
}
const emptyScope = (): ScopeModel => ({ closed: false, fenced: false, newest: 0, sealed: [] });
interface Place {
  readonly store: KeyStore;
  readonly subjectId: string;
  readonly scope: Scope;
  readonly model: ScopeModel;
}

const acts = {
  prepare: (place: Place) => create(place, 'prepare', place.model.active ?? place.model.pending),
  rotate: (place: Place) => create(place, 'rotate', place.model.pending),
  activate: async ({ store, model }: Place) => {
    if (model.pending === undefined) return;
    await declare(store, model.pending);
    model.active = model.pending;
    delete model.pending;
  },
  seal: sealModelled,
  destroy: (place: Place) => destroyModelled(place, false),
  destroyOld: (place: Place) => destroyModelled(place, true),
  open: ({ store, model }: Place) => assertOpens(store, model),
};

const act = fc.record({
  kind: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
  process: fc.nat(1),
  subject: fc.nat(1),
  scope: fc.constantFrom(...SCOPES),
});

async function create(place: Place, kind: 'prepare' | 'rotate', existing?: string): Promise<void> {
  const { store, subjectId, scope, model } = place;
  const wish = store.subjects[kind]({ subjectId, scope });
  if (model.closed) {
    await expect(wish).rejects.toThrow(SubjectErased);
    return;
  }
  const key = await wish;
  if (existing !== undefined) {
    expect(key.kid).toBe(existing);
    return;
  }
  model.newest += 1;
  expect(key).toMatchObject({ status: 'pending', generation: model.newest });
  model.pending = key.kid;
}

async function sealModelled({ store, subjectId, scope, model }: Place): Promise<void> {
  const { keys } = await store.subjects.state(subjectId);
  const key = keys.find(({ kid }) => kid === model.active);
  const context = contextIn(key?.stream ?? 'personal-none');
  const envelope = store.subjects.seal({ subjectId, scope }, context, { secret: 1 });
  if (key === undefined) {
    await expect(envelope).rejects.toThrow(model.closed || model.fenced ? SubjectErased : KeyUnknown);
    return;
  }
  model.sealed.push({
    item: { envelope: await envelope, context },
    generation: key.generation,
    erased: false,
  });
}

async function destroyModelled({ store, subjectId, scope, model }: Place, onlyOld: boolean): Promise<void> {
  const through = onlyOld ? model.newest - 1 : model.newest;
  if (onlyOld && through < 1) return;
  const target = onlyOld ? { scope, throughGeneration: through } : scope;
  await store.subjects.destroy({ subjectId, scopes: [target], erasureId: randomUUID() });
  for (const each of model.sealed) each.erased ||= each.generation <= through;
  model.fenced = true;
  model.closed ||= !onlyOld;
  const { keys } = await store.subjects.state(subjectId);
  const living = keys.filter((key) => key.scope === scope && key.state !== 'shredded');
  if (!living.some(({ kid }) => kid === model.active)) delete model.active;
  if (!living.some(({ kid }) => kid === model.pending)) delete model.pending;
  expect(living.every(({ generation }) => generation > through)).toBe(true);
}

async function assertOpens(store: KeyStore, { sealed }: ScopeModel): Promise<void> {
  const opened = await store.subjects.openAll(sealed.map(({ item }) => item));
  expect(opened.map((each) => 'fields' in each)).toEqual(sealed.map(({ erased }) => !erased));
  expect(opened.filter((each) => 'unreadable' in each)).toEqual([]);
}

describe('the life of keys', () => {
  it('follows the model, whatever two processes do one after the other (invariants 5, 8, 11)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (sequence) => {
        const subjects = [randomUUID(), randomUUID()];
        const world = new Map<string, ScopeModel>();
        for (const subjectId of subjects)
          for (const scope of SCOPES) world.set(subjectId + scope, emptyScope());
        for (const { kind, process, subject, scope } of sequence) {
          const subjectId = subjects[subject]!;
          await acts[kind]({
            store: processes[process]!,
            subjectId,
            scope,
            model: world.get(subjectId + scope)!,
          });
        }
        for (const store of processes) for (const model of world.values()) await assertOpens(store, model);
      }),
      { numRuns: 25 },
    );
  });

  it('never leaves a living key behind a fence, whatever happens at once (invariant 8)', async () => {
    const step = fc.tuple(
      fc.constantFrom('provision', 'provision', 'rotate', 'erase'),
      fc.constantFrom(0, 1),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const subjectId = randomUUID();
        const sealed: OpenItem[] = [];
        const outcomes = await Promise.allSettled(
          steps.map(async ([kind, index]) => {
            const store = processes[index]!;
            if (kind === 'provision')
              return sealed.push(await sealFor(store, subjectId, 'identity', { a: 1 }));
            if (kind === 'rotate') {
              const key = await store.subjects.rotate({ subjectId, scope: 'identity' });
              return declare(store, key.kid);
            }
            return store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
          }),
        );
        const refusals = outcomes.flatMap((each) =>
          each.status === 'rejected' ? [each.reason as unknown] : [],
        );
        for (const refusal of refusals) {
          const expected = [SubjectErased, KeyNotActive].some((type) => refusal instanceof type);
          expect({ expected, refusal }).toEqual({ expected: true, refusal });
        }
        const { keys, fences } = await fixture.store.subjects.state(subjectId);
        const erased = steps.some(([kind]) => kind === 'erase');
        expect(fences.some(({ closed }) => closed)).toBe(erased);
        expect(keys.filter(({ state }) => state === 'active').length).toBeLessThanOrEqual(1);
        if (erased) expect(keys.filter(({ state }) => state !== 'shredded')).toEqual([]);
        const opened = await fixture.store.subjects.openAll(sealed);
        expect(opened.every((each) => (erased ? 'erased' in each : 'fields' in each))).toBe(true);
      }),
      { numRuns: 25 },
    );
    expect(fixture.alarms).toEqual([]);
  });
});
