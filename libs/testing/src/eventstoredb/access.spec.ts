import { describe, expect, it } from '@jest/globals';
import { mayAccess, type AccessLists } from './access.js';

const NO_LISTS: AccessLists = { ofStream: {}, ofSettings: {} };
const ledger = { name: 'ledger', groups: ['ledger-group'] };
const admin = { name: 'admin', groups: ['$admins'] };

describe('without access lists', () => {
  it('everybody does everything with user streams, and nothing with system streams', () => {
    for (const action of ['read', 'write', 'delete'] as const) {
      expect(mayAccess(ledger, action, 'consent-1', NO_LISTS)).toBe(true);
      expect(mayAccess(ledger, action, '$settings', NO_LISTS)).toBe(false);
      expect(mayAccess(admin, action, '$settings', NO_LISTS)).toBe(true);
    }
  });

  it('only admins read $all', () => {
    expect(mayAccess(ledger, 'read', '$all', NO_LISTS)).toBe(false);
    expect(mayAccess(admin, 'read', '$all', NO_LISTS)).toBe(true);
  });
});

describe('with access lists', () => {
  const ofSettings = { $userStreamAcl: { $w: ['ledger-group'], $d: ['eraser'], $mw: '$admins' } };

  it('the settings decide on all user streams, by group or by name', () => {
    const lists = { ofStream: {}, ofSettings };
    expect(mayAccess(ledger, 'write', 'consent-1', lists)).toBe(true);
    expect(mayAccess(ledger, 'delete', 'consent-1', lists)).toBe(false);
    expect(mayAccess({ name: 'eraser', groups: [] }, 'delete', 'consent-1', lists)).toBe(true);
    expect(mayAccess(ledger, 'read', 'consent-1', lists)).toBe(true);
  });

  it('metadata has rights of its own', () => {
    expect(mayAccess(ledger, 'write', '$$consent-1', { ofStream: {}, ofSettings })).toBe(false);
    expect(mayAccess(admin, 'write', '$$consent-1', { ofStream: {}, ofSettings })).toBe(true);
  });

  it('those of the stream outweigh the settings', () => {
    const lists = { ofStream: { $w: 'somebody' }, ofSettings };
    expect(mayAccess(ledger, 'write', 'consent-1', lists)).toBe(false);
  });

  it('those of $all open $all alone', () => {
    const lists = { ofStream: { $r: ['$admins', 'projector'] }, ofSettings: {} };
    expect(mayAccess({ name: 'projector', groups: [] }, 'read', '$all', lists)).toBe(true);
    expect(mayAccess({ name: 'projector', groups: [] }, 'read', '$settings', NO_LISTS)).toBe(false);
  });
});
