import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkGolden, codecOfContext, createCodec } from '#event-store';
import { ownedEvents } from '../architecture/catalogue.js';
import { ROOT } from '../architecture/source-tree.js';

// Goal: an event that was ever stored stays readable. Method: one file per type and version ever written, decoded by
// the codec of today (upcasters included). A golden file is never edited: a new shape is a new version with its file.

const owned = await ownedEvents();
const ledger = createCodec({
  definitions: owned.flatMap(({ definitions }) => definitions),
  upcasters: owned.flatMap(({ upcasters }) => upcasters),
});

describe('golden events', () => {
  it.each(owned.map(({ lib, context }) => [lib, context]))(
    'libs/%s/golden holds every version of every event, and all decode',
    async (lib, context) => {
      await checkGolden(codecOfContext(ledger, context), join(ROOT, 'libs', lib, 'golden'));
    },
  );

  it('belong to one catalogue, in which no type stands twice', () => {
    expect(ledger.catalogue.definitions.length).toBeGreaterThan(30);
  });
});
