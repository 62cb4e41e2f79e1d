import { describe, expect, it } from '@jest/globals';
import { activationDue, policyInForce } from './activation.js';
import { fr20261121 } from './fr-2026-11-21/policy.js';
import { fingerprintOf } from './published.js';

// Goal: a ledger answers by the newest version that is on record, each version is put on record once, and an older
// program beside a newer one changes nothing. Method: three versions, programs that hold one, two or three of them.

const versionOf = (version: string) => {
  const policy = { ...fr20261121, version };
  return { policy, sha256: fingerprintOf(policy) };
};
const [first, second, third] = ['fr-2026', 'fr-2027', 'fr-2028'].map(versionOf);
const program = [first!, second!];
const older = [first!];

const due = (activated: readonly string[], published = program) =>
  activationDue(activated, published)?.policy.version;
const inForce = (activated: readonly string[], published = program) => {
  const { policy, isActivated } = policyInForce(activated, published);
  return [policy.version, isActivated];
};

describe('what a starting program puts on record', () => {
  it('is its newest version, in a ledger without one and after an upgrade', () => {
    expect(due([])).toBe('fr-2027');
    expect(due(['fr-2026'])).toBe('fr-2027');
  });

  it('is nothing that is on record already', () => {
    expect(due(['fr-2026', 'fr-2027'])).toBeUndefined();
    expect(due(['fr-2027'])).toBeUndefined();
  });

  it('is nothing beside a newer program, whether or not its own version was ever in force', () => {
    expect(due(['fr-2026', 'fr-2027'], older)).toBeUndefined();
    expect(due(['fr-2027'], older)).toBeUndefined();
  });
});

describe('the version to answer by', () => {
  it('is the newest on record, in the order of publication', () => {
    expect(inForce(['fr-2026', 'fr-2027'])).toEqual(['fr-2027', true]);
    expect(inForce(['fr-2027', 'fr-2026'])).toEqual(['fr-2027', true]);
    expect(inForce(['fr-2026'], [...program, third!])).toEqual(['fr-2026', true]);
  });

  it('is the newest that the program holds, beside a newer program', () => {
    expect(inForce(['fr-2026', 'fr-2027'], older)).toEqual(['fr-2026', true]);
  });

  it('is stood in for: by the earliest where none is on record, by the newest held where none of its own is', () => {
    expect(inForce([])).toEqual(['fr-2026', false]);
    expect(inForce(['fr-2028'])).toEqual(['fr-2027', false]);
  });

  it('is none where nothing is published', () => {
    expect(() => policyInForce([], [])).toThrow(RangeError);
  });
});
