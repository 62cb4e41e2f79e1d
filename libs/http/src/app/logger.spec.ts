import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLogger, describeError, NestLogger, withoutData, type LogLevel } from './logger.js';

// Goal: what happened can be found in the log, and nobody whom it happened to. Method: errors as databases and parsers
// write them, with a value in each place where they put one.

function logTo(lines: string[], level: LogLevel = 'debug') {
  return createLogger(level, { write: (line) => void lines.push(line) });
}

describe('the log', () => {
  it('writes one JSON object per line, with time and level', () => {
    const lines: string[] = [];
    logTo(lines).info({ route: '/v1/x' }, 'request');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      name: 'greffe',
      route: '/v1/x',
      msg: 'request',
    });
    expect(JSON.parse(lines[0] ?? '').time).toMatch(/^\d{4}-.*Z$/);
  });

  it('writes nothing below its level', () => {
    const lines: string[] = [];
    logTo(lines, 'warn').info('x');
    logTo(lines, 'silent').fatal('x');
    expect(lines).toEqual([]);
  });

  it('never writes a credential or a body, even if it is handed one', () => {
    const lines: string[] = [];
    const secret = 'grf_secret';
    logTo(lines).error(
      { authorization: secret, body: secret, request: { headers: secret, token: secret } },
      'oops',
    );
    expect(lines[0]).not.toContain(secret);
    expect(lines[0]).toContain('[redacted]');
  });
});

describe('an error in the log', () => {
  it('has its type, code, place and cause', () => {
    const cause = Object.assign(new TypeError('inner'), { code: '23505' });
    const described = describeError(new Error('outer', { cause }));
    expect(described).toMatchObject({
      type: 'Error',
      message: 'outer',
      cause: { type: 'TypeError', code: '23505' },
    });
    expect(described.stack?.[0]).toMatch(/^at .*logger\.spec/);
  });

  it('has no endless chain of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/round/g)).toHaveLength(4);
  });

  it.each([
    'Key (email)=(camille@client.example) already exists.',
    'duplicate key value violates unique constraint: (camille@client.example, x)=(1, 2)',
    `Unexpected token 'c', "camille@client.example" is not valid JSON`,
    'connect failed: postgres://greffe:camille@db.example/ledger',
    'no such person «camille@client.example»',
    'mail to camille@client.example bounced',
  ])('is written without the values in: %s', (message) => {
    expect(withoutData(message)).not.toContain('camille');
    expect(JSON.stringify(describeError(new Error(message)))).not.toContain('camille');
  });

  it('is written without telephone numbers and other long numbers', () => {
    for (const number of ['+33 6 12 34 56 78', '0612345678', '06.12.34.56.78', '1 85 05 78 006 084 36']) {
      expect(withoutData(`call ${number} now`)).toBe('call <number> now');
    }
  });

  it('is written without an address, wherever that stands', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (before, after) => {
        expect(withoutData(`${before} camille.durand@client.example ${after}`)).not.toContain(
          'camille.durand@',
        );
      }),
    );
  });

  it('keeps what says what is wrong', () => {
    expect(withoutData('relation does not exist, code 42P01')).toBe('relation does not exist, code 42P01');
  });

  it('may be anything that was thrown', () => {
    expect(describeError('camille')).toEqual({
      type: 'string',
      message: 'Something that is no error was thrown.',
    });
  });
});

describe('a line about an error', () => {
  it('does not take the message of the error as its own', () => {
    const lines: string[] = [];
    const error = new Error('mail to camille@client.example');
    logTo(lines).error({ err: error });
    logTo(lines).error(error);
    logTo(lines).error({ err: error }, 'sending failed');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['error', 'error', 'sending failed']);
    expect(lines.join('')).not.toContain('camille');
  });
});

describe('Nest’s lines', () => {
  it('go to the same log at a level that fits', () => {
    const lines: string[] = [];
    const nest = new NestLogger(logTo(lines, 'trace'));
    nest.log('starting', 'Router');
    nest.warn('odd', 'Router');
    nest.error(new Error('mail to camille@client.example'), undefined, 'Router');
    nest.verbose({ any: 'thing' });
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['debug', 'warn', 'error', 'trace']);
    expect(JSON.parse(lines[0] ?? '').context).toBe('Router');
    expect(lines.join('')).not.toContain('camille');
  });
});
