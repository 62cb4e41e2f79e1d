import { Body, Controller, HttpStatus, Inject } from '@nestjs/common';
import type pg from 'pg';
import { LedgerAsk, LedgerGet, Problem, SlugParam, UuidParam } from '#http';
import { CODEC, KEY_STORE, NoSuchProjection, PG_POOL, ProjectionControl } from '#runtime';
import type { EventCodec } from '#event-store';
import { ServiceKeyUnknown, type KeyStore } from '#subject-keys';
import { EventTypesDto } from './event-types.dto.js';
import { ProjectionsDto, RebuildRequestedDto } from './ledger.dto.js';
import { ParkedEventRetriedDto, ParkedEventsDto } from './parked-events.dto.js';
import {
  CreateServiceKeyDto,
  ServiceKeyCreatedDto,
  ServiceKeyRevokedDto,
  ServiceKeysDto,
} from './service-keys.dto.js';

/** The ledger's own machinery: event types, read models, service keys. */
@Controller('v1')
export class LedgerController {
  private readonly control: ProjectionControl;

  constructor(
    @Inject(CODEC) private readonly codec: EventCodec,
    @Inject(PG_POOL) pool: pg.Pool,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {
    this.control = new ProjectionControl(pool);
  }

  @LedgerGet('event-types', {
    scope: 'events:read',
    summary: 'JSON Schemas of all event types',
    answer: EventTypesDto,
  })
  eventTypes() {
    return this.codec.eventTypesDocument();
  }

  @LedgerGet('projections', {
    scope: 'projections:read',
    summary: 'How far each read model is',
    answer: ProjectionsDto,
  })
  async projections() {
    return { items: await this.control.status() };
  }

  @LedgerGet('projections/:name/parked', {
    scope: 'projections:read',
    summary: 'Events that a read model could not take',
    answer: ParkedEventsDto,
  })
  async parked(@SlugParam('name') name: string) {
    const parked = await this.control.parked(name);
    // JSON has no numbers beyond 2^53; no stream is that long.
    return { items: parked.map(({ part: _, ...event }) => ({ ...event, revision: Number(event.revision) })) };
  }

  @LedgerAsk('projections/:name/rebuild', {
    scope: 'projections:operate',
    summary: 'Build a read model anew beside the live one, compare, switch',
    answer: RebuildRequestedDto,
    status: HttpStatus.ACCEPTED,
  })
  async rebuild(@SlugParam('name') name: string) {
    await known(this.control.requestRebuild(name));
    return { name, requested: true };
  }

  @LedgerAsk('projections/:name/parked/:eventId/retry', {
    scope: 'projections:operate',
    summary: 'Try a parked event and those behind it again',
    answer: ParkedEventRetriedDto,
    status: HttpStatus.ACCEPTED,
  })
  async retry(@SlugParam('name') name: string, @UuidParam('eventId') eventId: string) {
    return { eventId, done: await known(this.control.retryParked(name, eventId)) };
  }

  @LedgerAsk('service-keys', {
    scope: 'keys:manage',
    summary: 'Create a static service key; its secret is shown once',
    answer: ServiceKeyCreatedDto,
    status: 201,
  })
  async createKey(@Body() { name, clientId, scopes }: CreateServiceKeyDto) {
    const { secret, ...key } = await this.keyStore.serviceKeys.create({ name, clientId, scopes });
    return { ...key, secret: secret.reveal() };
  }

  @LedgerGet('service-keys', {
    scope: 'keys:manage',
    summary: 'Service keys without their secrets',
    answer: ServiceKeysDto,
  })
  async keys() {
    return { items: await this.keyStore.serviceKeys.list() };
  }

  @LedgerAsk('service-keys/:keyId/revoke', {
    scope: 'keys:manage',
    summary: 'Revoke a service key, at once',
    answer: ServiceKeyRevokedDto,
  })
  async revoke(@UuidParam('keyId') keyId: string) {
    try {
      await this.keyStore.serviceKeys.revoke(keyId);
    } catch (error) {
      if (error instanceof ServiceKeyUnknown) throw new Problem('not-found');
      throw error;
    }
    return { keyId, revoked: true };
  }
}

async function known<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoSuchProjection) throw new Problem('not-found');
    throw error;
  }
}
