import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exampleActivity, exampleActivityId, exampleController, exampleControllerId } from '../examples.js';
import type { ActivityEvent } from './activity.decider.js';
import type { ControllerEvent } from './controller.decider.js';
import { instants } from './decider.harness.js';
import { activityOn, controllerOn, registerLine } from './register-line.js';

const activity = { ...exampleActivity, activityId: exampleActivityId };
const controller = { ...exampleController, controllerId: exampleControllerId };
const described = (name: string, occurredAt: string): ActivityEvent => ({
  type: 'ProcessingActivityRevised',
  data: { ...activity, name, occurredAt },
});
const ended = (endedOn: string, occurredAt: string): ActivityEvent => ({
  type: 'ProcessingActivityRetired',
  data: { activityId: exampleActivityId, reason: 'ended', endedOn, occurredAt },
});

describe('a line of the register on a past day', () => {
  const history = [
    described('essai', '2026-01-31T23:30:00.000Z'),
    described('avril', '2026-04-01T08:00:00.000Z'),
    described('mars', '2026-03-01T08:00:00.000Z'),
    ended('2026-06-30', '2026-07-15T08:00:00.000Z'),
  ];

  it('is what was described by the end of that day in Paris', () => {
    expect(activityOn(history, '2026-01-31')).toBeUndefined();
    // Half past eleven at night in UTC is 1 February in Paris.
    expect(activityOn(history, '2026-02-01')?.activity.name).toBe('essai');
    expect(activityOn(history, '2026-03-01')?.activity.name).toBe('mars');
    expect(activityOn(history, '2026-06-01')?.activity.name).toBe('avril');
    expect(activityOn(history, '2026-06-01')?.times).toEqual({
      recordedAt: '2026-01-31T23:30:00.000Z',
      describedAt: '2026-04-01T08:00:00.000Z',
    });
  });

  it('stays when the processing has ended', () => {
    expect(activityOn(history, '2026-07-14')?.times.ending).toBeUndefined();
    expect(activityOn(history, '2026-07-15')?.times.ending).toEqual({
      reason: 'ended',
      endedOn: '2026-06-30',
    });
  });

  it('has ended from the day that was said, inclusive', () => {
    const announced = [
      described('essai', '2026-02-01T08:00:00.000Z'),
      ended('2026-08-10', '2026-07-15T08:00:00.000Z'),
    ];
    expect(activityOn(announced, '2026-08-09')?.times.ending).toBeUndefined();
    expect(activityOn(announced, '2026-08-10')?.times.ending?.endedOn).toBe('2026-08-10');
  });

  it('does not change with what happens later', () => {
    const events = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), instants).map(([name, at]) => described(name, at)),
    );
    fc.assert(
      fc.property(events, events, (before, later) => {
        const after = later.filter(({ data }) => data.occurredAt > '2026-05-02');
        expect(activityOn([...before, ...after], '2026-05-01')).toEqual(activityOn(before, '2026-05-01'));
      }),
    );
  });

  it('names the organisations as they were described then', () => {
    const declared = (legalName: string, occurredAt: string): ControllerEvent => ({
      type: 'DataControllerDeclared',
      data: { ...controller, legalName, occurredAt },
    });
    const names = [
      declared('Corbel', '2026-01-01T08:00:00.000Z'),
      declared('Maison Corbel', '2026-05-01T08:00:00.000Z'),
    ];
    expect(controllerOn(names, '2025-12-31')).toBeUndefined();
    expect(controllerOn(names, '2026-04-30')?.legalName).toBe('Corbel');
    expect(controllerOn(names, '2026-05-01')?.legalName).toBe('Maison Corbel');
  });

  it('says what it lacks with what was known of the organisation', () => {
    const times = { recordedAt: '2026-01-01T08:00:00.000Z', describedAt: '2026-01-01T08:00:00.000Z' };
    const joint = { ...controller, controllerId: '9d3b6c2a-7f41-4a58-8e6d-0c1b2a3d4e5f' };
    const shared = { ...activity, jointControllerIds: [joint.controllerId] };
    const known = new Map([controller, joint].map((one) => [one.controllerId, one]));
    expect(registerLine(shared, times, known)).toMatchObject({
      controller,
      jointControllers: [joint],
      complete: true,
    });
    const unknown = registerLine(shared, times, new Map());
    expect(unknown).toMatchObject({
      jointControllers: [],
      complete: false,
      missing: [{ element: 'controller' }],
    });
    expect(unknown).not.toHaveProperty('controller');
  });
});
