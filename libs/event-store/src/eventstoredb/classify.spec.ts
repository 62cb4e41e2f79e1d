import { describe, expect, it } from '@jest/globals';
import { AccessDenied, Unavailable } from '../errors.js';
import { TimedOut } from '../deadline.js';
import { faultOf, isVerdict, mayBeDone, toStoreError } from './classify.js';

// Goal: each shape in which the client reports a failure leads to the right next step, and a write is called undone only
// where that is known. Texts and codes are those of a real server and of the client.

const coded = (code: number, message: string): Error => Object.assign(new Error(message), { code });
const typed = (type: string, more: object = {}): Error => Object.assign(new Error(''), { type, ...more });

describe('failures of EventStoreDB calls', () => {
  it.each([
    [typed('wrong-expected-version', { actualVersion: 4n }), { kind: 'conflict', actual: 4n }],
    [
      typed('wrong-expected-version', { actualVersion: 'no_stream' }),
      { kind: 'conflict', actual: undefined },
    ],
    [
      typed('wrong-expected-version', { actualVersion: -1n, code: 9 }),
      { kind: 'conflict', actual: undefined },
    ],
    [typed('stream-deleted', { code: 9 }), { kind: 'closed' }],
    [typed('stream-not-found'), { kind: 'absent' }],
    [typed('maximum-append-size-exceeded', { code: 3 }), { kind: 'tooLarge' }],
    [typed('access-denied', { code: 16 }), { kind: 'denied' }],
    [coded(7, '7 PERMISSION_DENIED: Access Denied'), { kind: 'denied' }],
    [coded(16, '16 UNAUTHENTICATED: Bad HTTP status: 401'), { kind: 'denied' }],
    [coded(3, '3 INVALID_ARGUMENT: no such place'), { kind: 'refused' }],
  ])('%s is a verdict', (error, fault) => {
    expect(faultOf(error)).toEqual(fault);
    expect(isVerdict(faultOf(error))).toBe(true);
    expect(mayBeDone(faultOf(error))).toBe(false);
  });

  it.each([
    [typed('not-leader', { code: 5 }), 'notNow'],
    [typed('unavailable', { code: 14, message: '14 UNAVAILABLE: Server Is Not Ready' }), 'notNow'],
    [coded(14, '14 UNAVAILABLE: Server Is Too Busy'), 'notNow'],
    [coded(2, '2 UNKNOWN: No leader info available in response'), 'notNow'],
    [
      coded(14, '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1'),
      'unreachable',
    ],
    [
      coded(14, '14 UNAVAILABLE: No connection established. Last error: self-signed certificate'),
      'unreachable',
    ],
    [coded(14, '14 UNAVAILABLE: Name resolution failed for target dns:nowhere.example'), 'unreachable'],
    [new Error('Failed to discover after 10 attempts.'), 'unreachable'],
    [new Error('Channel has been shut down'), 'unreachable'],
  ])('%s is worth another attempt, and nothing was written', (error, kind) => {
    expect(faultOf(error)).toEqual({ kind });
    expect(mayBeDone(faultOf(error))).toBe(false);
  });

  it.each([
    [coded(14, '14 UNAVAILABLE: read ECONNRESET'), 'lost'],
    [typed('unavailable', { code: 14 }), 'lost'],
    [coded(14, 'without a type'), 'lost'],
    [
      typed('timeout', { code: 10, message: '10 ABORTED: Operation timed out: Commit phase timeout.' }),
      'undecided',
    ],
    [coded(10, '10 ABORTED: Operation timed out: Forwarding timeout'), 'undecided'],
    [typed('cancelled', { code: 1 }), 'undecided'],
    [typed('unknown', { code: 13, message: '13 INTERNAL: Received RST_STREAM with code 2' }), 'undecided'],
    [typed('unknown', { code: 2 }), 'undecided'],
    [typed('deadline-exceeded', { code: 4 }), 'silent'],
    [coded(4, '4 DEADLINE_EXCEEDED: Deadline exceeded after 2s'), 'silent'],
    [new TimedOut(5), 'silent'],
    [new TypeError('a mistake of the client'), 'undecided'],
    ['a text', 'undecided'],
    [undefined, 'undecided'],
  ])('%s leaves open whether a write was done', (error, kind) => {
    expect(faultOf(error)).toEqual({ kind });
    expect(mayBeDone(faultOf(error))).toBe(true);
  });

  it('are told in the words of the port, with the cause', () => {
    const denied = coded(7, '7 PERMISSION_DENIED: Access Denied');
    const away = coded(14, 'away');
    expect(toStoreError(denied)).toBeInstanceOf(AccessDenied);
    expect(toStoreError(denied).cause).toBe(denied);
    expect(toStoreError(away)).toMatchObject({ name: 'Unavailable', outcome: 'notWritten', cause: away });
    const told = new Unavailable('unknown');
    expect(toStoreError(told)).toBe(told);
  });
});
