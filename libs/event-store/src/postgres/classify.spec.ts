import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AccessDenied, Unavailable } from '../errors.js';
import { isFaultOfContent, leavesConnectionUsable, toStoreError } from './classify.js';
import { TimedOut } from '../deadline.js';

// Goal (point 32 of the contract, for PostgreSQL): an error that will pass is retryable and says truly whether the
// append may have been written. Only a transaction that the server itself reported as failed is known to be undone.

function reported(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('reported by the server', 0, 'error');
  error.code = code;
  return error;
}

describe('errors of PostgreSQL', () => {
  it.each([
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['55P03', 'lock timeout'],
    ['57014', 'statement timeout'],
    ['53300', 'too many connections'],
    ['53100', 'disk full'],
    ['57P03', 'starting up'],
    ['25006', 'read only: a standby'],
    ['42P01', 'no such table: not migrated yet'],
    ['3D000', 'no such database'],
    ['XX000', 'internal error'],
  ])('%s (%s) is Unavailable and nothing was written, whenever it comes', (code) => {
    for (const phase of ['connecting', 'sent'] as const) {
      const error = toStoreError(reported(code), phase);
      expect(error).toBeInstanceOf(Unavailable);
      expect(error).toMatchObject({ outcome: 'notWritten' });
    }
  });

  it.each([
    ['57P01', 'terminated by an administrator'],
    ['57P02', 'crash of another backend'],
    ['08006', 'connection failure'],
    ['25P03', 'idle in transaction'],
  ])('%s (%s) after the request was sent leaves the outcome unknown', (code) => {
    expect(toStoreError(reported(code), 'sent')).toMatchObject({ outcome: 'unknown' });
    expect(toStoreError(reported(code), 'connecting')).toMatchObject({ outcome: 'notWritten' });
    expect(leavesConnectionUsable(reported(code))).toBe(false);
  });

  it.each([new TimedOut(5), Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'a text'])(
    'what is no answer (%s) leaves the outcome unknown once the request was sent',
    (error) => {
      expect(toStoreError(error, 'sent')).toMatchObject({ outcome: 'unknown', cause: error });
      expect(toStoreError(error, 'connecting')).toMatchObject({ outcome: 'notWritten' });
      expect(leavesConnectionUsable(error)).toBe(false);
    },
  );

  it.each(['28P01', '28000', '42501'])('%s is AccessDenied', (code) => {
    expect(toStoreError(reported(code), 'sent')).toBeInstanceOf(AccessDenied);
    expect(toStoreError(reported(code), 'connecting')).toBeInstanceOf(AccessDenied);
  });

  it('a fault of the content is told apart from a fault of the store', () => {
    expect(['22021', '23505', 'P0001'].map((code) => isFaultOfContent(reported(code)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['57014', '40P01', '57P01'].map((code) => isFaultOfContent(reported(code)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(isFaultOfContent(new Error('lost'))).toBe(false);
  });

  it('passes on what already is in the words of the port', () => {
    const error = new Unavailable('unknown');
    expect(toStoreError(error, 'connecting')).toBe(error);
  });
});
