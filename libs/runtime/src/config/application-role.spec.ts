import { expect, it } from '@jest/globals';
import { applicationRole } from './application-role.js';

it.each([
  ['postgres://app:x@h/d', 'postgres://owner:y@h/d', 'app'],
  ['postgres://my%20app:x@h/d', 'postgres://owner@h/d', 'my app'],
  ['postgres://app:x@pool/d', 'postgres://app:y@direct/d', undefined],
  ['postgres://h/d', 'postgres://owner@h/d', undefined],
])('%s beside %s: %s', (application, owner, role) => {
  expect(applicationRole(application, owner)).toBe(role);
});
