import { describe, expect, it } from '@jest/globals';
import { specificationOf } from '#testing';
import { exampleController, exampleControllerId } from '../examples.js';
import { codeOfRejection, metadata, NOW } from './decider.harness.js';
import { controllerDecider, type ControllerCommand, type ControllerEvent } from './controller.decider.js';

const { given } = specificationOf(controllerDecider);
const controller = { ...exampleController, controllerId: exampleControllerId };
const moved = { ...controller, address: '3 quai de la Rapée, 75012 Paris' };
const JANUARY = '2026-01-15T09:00:00.000Z';
const MARCH = '2026-03-15T09:00:00.000Z';

const declare = (data = controller, occurredAt = JANUARY): ControllerCommand => ({
  type: 'DeclareDataController',
  data: { controller: data, occurredAt },
  metadata,
});
const revise = (data: typeof controller, occurredAt = MARCH): ControllerCommand => ({
  ...declare(data, occurredAt),
  type: 'ReviseDataController',
});
const declared = (data = controller, occurredAt = JANUARY): ControllerEvent => ({
  type: 'DataControllerDeclared',
  data: { ...data, occurredAt },
});

describe('a data controller', () => {
  it('is declared, and declaring it again is no news', () => {
    given().when(declare()).then(declared());
    given(declared()).when(declare()).thenNothing();
    given(declared()).when(declare(controller, MARCH)).thenNothing();
  });

  it('is one legal person per SIREN', () => {
    given(declared()).when(declare(moved)).thenRejected('code-already-used');
    given(declared())
      .when(revise({ ...controller, siren: '404833048' }))
      .thenRejected('code-already-used');
  });

  it('is described anew, whole', () => {
    given(declared()).when(revise(moved)).then(declared(moved, MARCH));
    given(declared(), declared(moved, MARCH)).when(revise(moved)).thenNothing();
    given().when(revise(moved)).thenRejected('controller-unknown');
  });

  it('names no person', () => {
    given()
      .when(declare({ ...controller, address: 'Camille, 06 12 34 56 78' }))
      .thenRejected('personal-data-in-text');
    expect(
      codeOfRejection(() =>
        controllerDecider.decide(
          declare({ ...controller, contactUrl: 'https://x.example/?m=a.b@x.example' }),
          [],
        ),
      ),
    ).toBe('personal-data-in-text');
  });

  it('is not declared in the future', () => {
    given().when(declare(controller, '2027-01-01T00:00:00.000Z')).thenRejected('occurred-in-the-future');
    given().when(declare(controller, NOW)).then(declared(controller, NOW));
  });
});
