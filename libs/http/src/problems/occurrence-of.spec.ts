import { describe, expect, it } from '@jest/globals';
import { BadRequestException, ForbiddenException, HttpException } from '@nestjs/common';
import { AccessDenied, AppendTooLarge, ConcurrencyConflict, StreamClosed, Unavailable } from '#event-store';
import { NotCanonical, Rejection } from '#kernel';
import {
  IdempotencyKeyReused,
  LedgerDatabaseUnavailable,
  LedgerRefused,
  MalformedToken,
  NotYetConsistent,
  RecordedNotYetEffective,
  StillRunning,
  TokenOfAnotherStore,
} from '#runtime';
import {
  ClaimInProgress,
  EnvelopeUnreadable,
  KekGone,
  KekUnavailable,
  KeyDamaged,
  KeyResurrectionDetected,
  KeyStoreUnavailable,
  KeyUnknown,
  KeysNotReconciled,
  SubjectErased,
} from '#subject-keys';
import { occurrenceOf } from './occurrence-of.js';
import { Problem } from './problem.js';

// Goal: every error of a layer below has its name towards a client, with what the client needs to go on; everything
// else is `internal`. Method: one of each, and the shapes in which drivers say that they are cut off.

const ID = '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d';

describe('an error of a layer below', () => {
  it.each<[Error, string, object]>([
    [new Problem('stale-revision', { currentRevision: 7n }), 'stale-revision', { currentRevision: 7n }],
    [new Rejection('purpose-unknown', 'n', '/p'), 'purpose-unknown', { note: 'n', pointer: '/p' }],
    [new Rejection('subject-erased'), 'subject-erased', {}],
    [new NotCanonical('/a', 'x'), 'invalid-request', { faults: [{ pointer: '/a', code: 'not-canonical' }] }],
    [new ConcurrencyConflict('s', 1n, 3n), 'concurrent-change', { currentRevision: 3n }],
    [new ConcurrencyConflict('s', 1n, undefined), 'concurrent-change', {}],
    [new StreamClosed('s'), 'erased', {}],
    [new AppendTooLarge(), 'payload-too-large', {}],
    [new AccessDenied(), 'store-unavailable', {}],
    [new Unavailable('unknown'), 'store-unavailable', {}],
    [new SubjectErased(ID, 'identity'), 'erased', {}],
    [new KeyStoreUnavailable(), 'keys-unavailable', {}],
    [new KeysNotReconciled(), 'keys-not-reconciled', {}],
    [new KeyUnknown('k'), 'key-missing', {}],
    [new KeyDamaged('k', 'key-lost'), 'key-missing', {}],
    [new LedgerDatabaseUnavailable(undefined), 'store-unavailable', {}],
    [new LedgerRefused('not-a-ledger', 'n'), 'store-unavailable', {}],
    [new ClaimInProgress(ID), 'concurrent-change', {}],
    [new KekUnavailable(), 'keys-unavailable', {}],
    [new KekGone('k'), 'key-missing', {}],
    [new EnvelopeUnreadable('malformed'), 'integrity-violation', {}],
    [new KeyResurrectionDetected('k'), 'integrity-violation', {}],
    [new IdempotencyKeyReused(), 'idempotency-key-reused', {}],
    [new StillRunning(4), 'still-running', { retryAfterSeconds: 4 }],
    [new NotYetConsistent('t'), 'not-yet-consistent', { token: 't' }],
    [new RecordedNotYetEffective(undefined), 'recorded-not-yet-effective', {}],
    [new TokenOfAnotherStore(), 'token-of-another-store', {}],
    [new MalformedToken(), 'invalid-request', { faults: [{ pointer: '?minToken', code: 'not-a-token' }] }],
  ])('%s', (error, code, details) => {
    expect(occurrenceOf(error)).toEqual({ code, details });
  });
});

describe('an error of the framework', () => {
  it.each<[unknown, string]>([
    [new BadRequestException('x'), 'invalid-request'],
    [new ForbiddenException(), 'forbidden'],
    [new HttpException('x', 404), 'not-found'],
    [new HttpException('x', 418), 'invalid-request'],
    [new HttpException('x', 502), 'internal'],
    [Object.assign(new Error('x'), { statusCode: 413 }), 'payload-too-large'],
    [Object.assign(new Error('x'), { statusCode: 415 }), 'unsupported-media-type'],
    [Object.assign(new Error('x'), { statusCode: 500 }), 'internal'],
  ])('%s is %s', (error, code) => {
    expect(occurrenceOf(error).code).toBe(code);
  });
});

describe('an error of a driver', () => {
  const coded = (code: string): Error => Object.assign(new Error('x'), { code });

  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', '42P01', '3F000'])(
    '%s means that the database is away',
    (code) => {
      expect(occurrenceOf(coded(code)).code).toBe('store-unavailable');
      expect(occurrenceOf(new Error('wrapped', { cause: coded(code) })).code).toBe('store-unavailable');
      expect(occurrenceOf(Object.assign(new Error('query failed'), { driverError: coded(code) })).code).toBe(
        'store-unavailable',
      );
    },
  );

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
    '%s too',
    (message) => {
      expect(occurrenceOf(new Error(message)).code).toBe('store-unavailable');
    },
  );

  it('of the file system is a mistake of ours', () => {
    expect(occurrenceOf(Object.assign(coded('ENOENT'), { path: '/docs/x.css' })).code).toBe('internal');
  });

  it.each(['23505', '42703', '22P02'])('%s is a mistake of ours', (code) => {
    expect(occurrenceOf(coded(code)).code).toBe('internal');
  });
});

describe('anything else', () => {
  it.each([[new Error('x')], ['text'], [undefined], [null], [7], [{ statusCode: 'x' }]])(
    '%p is internal',
    (error) => {
      expect(occurrenceOf(error)).toEqual({ code: 'internal', details: {} });
    },
  );
});
