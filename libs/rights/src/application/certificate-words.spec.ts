import { describe, expect, it } from '@jest/globals';
import { certificateWords } from './certificate-words.js';

// Goal: a certificate says of single values that these alone went, and never speaks of scopes then; “erased” only of what
// was proven gone.

const states = ['unreadable', 'erased', 'completed'] as const;

describe('the wording of a certificate', () => {
  it.each(states)('of values names them alone and what remains: %s', (state) => {
    const { fr, en } = certificateWords(state, 'values');
    expect(`${fr} ${en}`).not.toMatch(/périmètre|scope/);
    expect(fr).toMatch(/désignées ci-dessous, et elles seules.*Les autres valeurs de la personne demeurent/);
    expect(en).toMatch(/named below, and no others.*The other values of the person remain/);
  });

  it.each(['scopes', 'values'] as const)('says “effacé” of %s only once they were proven gone', (extent) => {
    const said = states.map((state) => certificateWords(state, extent));
    expect(said.map(({ fr }) => / sont effacées/.test(fr))).toEqual([false, true, true]);
    expect(said.map(({ en }) => / (is|are) erased:/.test(en))).toEqual([false, true, true]);
    expect(said[0]!.fr).toContain('rendues illisibles');
    expect(new Set(said.map(({ fr }) => fr)).size).toBe(3);
  });

  it('speaks of scopes where nothing else is said', () => {
    expect(certificateWords('completed').en).toContain('The data of the scopes below');
  });
});
