import { describe, expect, it } from '@jest/globals';
import { Rejection, type Command, type CommandMetadata, type Decider, type Message } from '#kernel';
import { specificationOf } from './given.js';

// A specification that cannot fail proves nothing: each form is tried with a decision that breaks it.

type Door = Message<'DoorOpened' | 'DoorClosed', null>;
type OpenDoor = Command<'OpenDoor', null>;

const metadata: CommandMetadata = {
  now: '2026-11-21T18:00:00.000Z',
  actor: { k: 'system', ref: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' },
};
const open: OpenDoor = { type: 'OpenDoor', data: null, metadata };
const opened: Door = { type: 'DoorOpened', data: null };
const closed: Door = { type: 'DoorClosed', data: null };

const door: Decider<OpenDoor, Door, 'open' | 'closed' | 'gone'> = {
  initialState: 'gone',
  decide: (_, state) => {
    if (state === 'gone') throw new Rejection('subject-unknown');
    return state === 'open' ? [] : [opened];
  },
  evolve: (_, { type }) => (type === 'DoorOpened' ? 'open' : 'closed'),
};
const { given } = specificationOf(door);

describe('given/when/then', () => {
  it('accepts the decision that was specified', () => {
    given(closed).when(open).then(opened);
    given(closed, opened).when(open).thenNothing();
    given().when(open).thenRejected('subject-unknown');
  });

  it.each<[string, () => void]>([
    ['another event', () => given(closed).when(open).then(closed)],
    ['one event more', () => given(closed).when(open).then(opened, opened)],
    ['events instead of none', () => given(closed).when(open).thenNothing()],
    ['none instead of events', () => given(opened).when(open).then(opened)],
    ['events instead of a rejection', () => given(closed).when(open).thenRejected('subject-unknown')],
    ['another rejection', () => given().when(open).thenRejected('subject-erased')],
    ['a rejection instead of events', () => given().when(open).then(opened)],
  ])('fails at %s', (_, specify) => {
    expect(specify).toThrow();
  });

  it('does not take a bug for a rejection', () => {
    const broken = specificationOf({
      ...door,
      decide: (): Door[] => {
        throw new TypeError('bug');
      },
    });
    expect(() => broken.given().when(open).thenRejected('subject-unknown')).toThrow();
  });
});
