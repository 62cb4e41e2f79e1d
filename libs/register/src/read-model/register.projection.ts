import type { LedgerEvent } from '#event-store';
import type { Projection, Row, RowChange } from '#runtime';
import { registerEvents, type RegisterEvent } from '../contract.js';
import type { RecipientEvent } from '../domain/recipient.decider.js';
import { recipientProjection } from './recipient.projection.js';
import {
  ActivityEntity,
  ControllerEntity,
  FormVersionEntity,
  NoticeEntity,
  NoticeTextEntity,
  NoticeVersionEntity,
  PurposeEntity,
  registerEntities,
} from './register.entity.js';

type Told = Exclude<RegisterEvent, RecipientEvent>['type'];
type Placed<T extends Told = Told> = LedgerEvent & Extract<RegisterEvent, { type: T }>;

/** The register as it stands now, and every published text: what lists, exports and pages read. */
export const registerProjection: Projection = {
  name: 'register',
  version: 1,
  entities: registerEntities,
  sharding: 'unsharded',
  handles: Object.keys(registerEvents.table).filter((type) => !recipientProjection.handles.includes(type)),
  project: (event) => changesOf(event as Placed),
};

function changesOf(event: Placed): readonly RowChange[] {
  switch (event.type) {
    case 'DataControllerDeclared':
      return [controllerDescribed(event)];
    case 'PurposeDeclared':
    case 'PurposeRevised':
      return [purposeDescribed(event)];
    case 'PurposeRetired':
      return [purposeRetired(event)];
    case 'NoticeTextRecorded':
      return [noticeTextRecorded(event)];
    case 'NoticePublished':
      return [noticeVersionPublished(event), noticePublished(event)];
    case 'CollectionFormPublished':
      return [formPublished(event)];
    case 'CollectionFormRetired':
      return [formRetired(event)];
    case 'ProcessingActivityRecorded':
    case 'ProcessingActivityRevised':
      return [activityDescribed(event)];
    case 'ProcessingActivityRetired':
      return [activityRetired(event)];
  }
}

/**
 * The row after one more description: one that happened earlier than what stands changes nothing but the revision.
 * `stands` are the columns of the description, `first` those that only the earliest of all says.
 */
function described(
  row: Row | undefined,
  { revision, data }: { readonly revision: bigint; readonly data: { readonly occurredAt: string } },
  stands: Row,
  first: Row = {},
): Row {
  const { occurredAt } = data;
  if (row === undefined) return { ...first, ...stands, described_at: occurredAt, revision };
  const isLate = occurredAt < String(row['described_at']);
  return isLate ? { ...row, revision } : { ...row, ...stands, described_at: occurredAt, revision };
}

function controllerDescribed(event: Placed<'DataControllerDeclared'>): RowChange {
  const { occurredAt: _, ...controller } = event.data;
  return {
    entity: ControllerEntity,
    key: { controller_id: controller.controllerId },
    evolve: (row) => described(row, event, { legal_name: controller.legalName, data: controller }),
  };
}

function purposeDescribed(event: Placed<'PurposeDeclared' | 'PurposeRevised'>): RowChange {
  const { occurredAt, ...purpose } = event.data;
  const stands = {
    code: purpose.code,
    controller_id: purpose.controllerId,
    kind: purpose.kind,
    data: purpose,
  };
  return {
    entity: PurposeEntity,
    key: { purpose_id: purpose.purposeId },
    evolve: (row) =>
      described(row, event, stands, { declared_at: occurredAt, retired_at: null, retirement: null }),
  };
}

function purposeRetired({ data, revision }: Placed<'PurposeRetired'>): RowChange {
  return {
    entity: PurposeEntity,
    key: { purpose_id: data.purposeId },
    evolve: (row) => row && { ...row, retired_at: data.occurredAt, retirement: data.reason, revision },
  };
}

function noticeTextRecorded({ data }: Placed<'NoticeTextRecorded'>): RowChange {
  const { noticeId, version, language, part, text } = data;
  return {
    entity: NoticeTextEntity,
    key: { notice_id: noticeId, version, language, part },
    evolve: () => ({ text }),
  };
}

function noticeVersionPublished({ data }: Placed<'NoticePublished'>): RowChange {
  const { noticeId, version, title, texts, change, effectiveFrom, occurredAt } = data;
  return {
    entity: NoticeVersionEntity,
    key: { notice_id: noticeId, version },
    evolve: () => ({ title, texts, change, effective_from: effectiveFrom, published_at: occurredAt }),
  };
}

function noticePublished({ data }: Placed<'NoticePublished'>): RowChange {
  const { noticeId, version, title, occurredAt } = data;
  return {
    entity: NoticeEntity,
    key: { notice_id: noticeId },
    evolve: (row) => ({
      newest_version: version,
      title,
      first_published_at: row?.['first_published_at'] ?? occurredAt,
      published_at: occurredAt,
    }),
  };
}

function formPublished({ data }: Placed<'CollectionFormPublished'>): RowChange {
  const { occurredAt, ...form } = data;
  return {
    entity: FormVersionEntity,
    key: { form_id: form.formId, version: form.version },
    evolve: () => ({
      name: form.name,
      notice_id: form.notice.noticeId,
      notice_version: form.notice.version,
      valid_from: form.validFrom,
      valid_until: form.validUntil ?? null,
      data: form,
      published_at: occurredAt,
    }),
  };
}

function formRetired({ data }: Placed<'CollectionFormRetired'>): RowChange {
  return {
    entity: FormVersionEntity,
    key: { form_id: data.formId, version: data.version },
    evolve: (row) => row && { ...row, valid_until: data.validUntil },
  };
}

function activityDescribed(
  event: Placed<'ProcessingActivityRecorded' | 'ProcessingActivityRevised'>,
): RowChange {
  const { occurredAt, ...activity } = event.data;
  const stands = {
    reference: activity.reference,
    role: activity.role,
    controller_id: activity.controllerId ?? null,
    data: activity,
  };
  return {
    entity: ActivityEntity,
    key: { activity_id: activity.activityId },
    evolve: (row) => described(row, event, stands, { recorded_at: occurredAt, ended_on: null, ending: null }),
  };
}

function activityRetired({ data, revision }: Placed<'ProcessingActivityRetired'>): RowChange {
  return {
    entity: ActivityEntity,
    key: { activity_id: data.activityId },
    evolve: (row) => row && { ...row, ended_on: data.endedOn, ending: data.reason, revision },
  };
}

/** The read models of this context. */
export const registerProjections: readonly Projection[] = [registerProjection, recipientProjection];
