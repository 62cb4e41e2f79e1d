import { describe, it } from '@jest/globals';
import { specificationOf } from '#testing';
import type { RecipientData } from '../contract.js';
import { exampleRecipient } from '../examples.js';
import { metadata } from './decider.harness.js';
import {
  recipientDecider,
  type DeclareRecipient,
  type RecipientCommand,
  type RecipientEvent,
} from './recipient.decider.js';

const { given } = specificationOf(recipientDecider);
const recipientId = '3c8f1a2b-4d5e-4f60-8a7b-9c0d1e2f3a4b';
const recipient = { ...exampleRecipient, recipientId };
const JANUARY = '2026-01-15T09:00:00.000Z';
const MARCH = '2026-03-15T09:00:00.000Z';

const declare = (data: RecipientData = recipient, occurredAt = JANUARY): DeclareRecipient => ({
  type: 'DeclareRecipient',
  data: { recipient: data, occurredAt, knownPurposeIds: recipient.purposeIds },
  metadata,
});
const revise = (data: RecipientData = recipient, occurredAt = MARCH): RecipientCommand => ({
  ...declare(data, occurredAt),
  type: 'ReviseRecipient',
});
const retired = { recipientId, reason: 'contract-ended', occurredAt: MARCH } as const;
const retire: RecipientCommand = { type: 'RetireRecipient', data: retired, metadata };
const declared: RecipientEvent = { type: 'RecipientDeclared', data: { ...recipient, occurredAt: JANUARY } };
const renamed = { ...recipient, legalName: 'Routage du Nord SA' };

describe('a recipient', () => {
  it('is declared once, described anew, and retired once', () => {
    given().when(declare()).then(declared);
    given(declared).when(declare()).thenNothing();
    given(declared).when(declare(renamed)).thenRejected('code-already-used');
    given(declared)
      .when(revise(renamed))
      .then({ type: 'RecipientRevised', data: { ...renamed, occurredAt: MARCH } });
    given(declared).when(revise()).thenNothing();
    given(declared).when(retire).then({ type: 'RecipientRetired', data: retired });
    given(declared, { type: 'RecipientRetired', data: retired }).when(retire).thenNothing();
  });

  it('cannot be changed before it exists', () => {
    given().when(revise()).thenRejected('recipient-unknown');
    given().when(retire).thenRejected('recipient-unknown');
  });

  it('finds a person by the id of a system, or by an address', () => {
    const nameless = { ...recipient, identifiesBy: { kind: 'external-id' } } as const;
    given().when(declare(nameless)).thenRejected('recipient-incomplete');
    const both = { ...recipient, identifiesBy: { kind: 'email', system: 'crm' } } as const;
    given().when(declare(both)).thenRejected('recipient-incomplete');
  });

  it('receives data for purposes that exist', () => {
    const unknown = { ...recipient, purposeIds: ['aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'] };
    given().when(declare(unknown)).thenRejected('purpose-unknown');
    const all = { ...recipient, purposeIds: 'all' } as const;
    given()
      .when(declare(all))
      .then({ type: 'RecipientDeclared', data: { ...all, occurredAt: JANUARY } });
  });

  it('is a legal person: its name is nobody’s address', () => {
    given()
      .when(declare({ ...recipient, legalName: 'camille@mail.example' }))
      .thenRejected('personal-data-in-text');
  });
});
