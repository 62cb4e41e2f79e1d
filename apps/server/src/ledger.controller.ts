import { Body, Controller, HttpStatus, Inject } from '@nestjs/common';
import type pg from 'pg';
import {
  apiScopes,
  ArrayField,
  LedgerAsk,
  LedgerGet,
  oneOf,
  Problem,
  SlugField,
  SlugParam,
  TextField,
  UuidParam,
} from '#http';
import { CODEC, KEY_STORE, NoSuchProjection, PG_POOL, ProjectionControl } from '#runtime';
import type { EventCodec } from '#event-store';
import { ServiceKeyUnknown, type KeyStore } from '#subject-keys';

/** A static key for a program that speaks no OIDC. */
export class CreateServiceKeyDto {
  @TextField({ max: 100, description: 'What the key is for.', example: 'Shop front end' })
  name!: string;

  @SlugField({
    description: 'The program that will hold it; idempotency keys are per client.',
    example: 'shop',
  })
  clientId!: string;

  @ArrayField(oneOf(apiScopes), { min: 1, max: apiScopes.length, unique: true, example: ['choices:record'] })
  scopes!: string[];
}

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

  @LedgerGet('event-types', { scope: 'events:read', summary: 'JSON Schemas of all event types' })
  eventTypes() {
    return this.codec.eventTypesDocument();
  }

  @LedgerGet('projections', { scope: 'projections:read', summary: 'How far each read model is' })
  async projections() {
    return { items: await this.control.status() };
  }

  @LedgerGet('projections/:name/parked', {
    scope: 'projections:read',
    summary: 'Events that a read model could not take',
  })
  async parked(@SlugParam('name') name: string) {
    return { items: await this.control.parked(name) };
  }

  @LedgerAsk('projections/:name/rebuild', {
    scope: 'projections:operate',
    summary: 'Build a read model anew beside the live one, compare, switch',
    status: HttpStatus.ACCEPTED,
  })
  async rebuild(@SlugParam('name') name: string) {
    await known(this.control.requestRebuild(name));
    return { name, requested: true };
  }

  @LedgerAsk('projections/:name/parked/:eventId/retry', {
    scope: 'projections:operate',
    summary: 'Try a parked event and those behind it again',
    status: HttpStatus.ACCEPTED,
  })
  async retry(@SlugParam('name') name: string, @UuidParam('eventId') eventId: string) {
    return { eventId, done: await known(this.control.retryParked(name, eventId)) };
  }

  @LedgerAsk('service-keys', {
    scope: 'keys:manage',
    summary: 'Create a static service key; its secret is shown once',
    status: 201,
  })
  async createKey(@Body() { name, clientId, scopes }: CreateServiceKeyDto) {
    const { secret, ...key } = await this.keyStore.serviceKeys.create({ name, clientId, scopes });
    return { ...key, secret: secret.reveal() };
  }

  @LedgerGet('service-keys', { scope: 'keys:manage', summary: 'Service keys without their secrets' })
  async keys() {
    return { items: await this.keyStore.serviceKeys.list() };
  }

  @LedgerAsk('service-keys/:keyId/revoke', { scope: 'keys:manage', summary: 'Revoke a service key, at once' })
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
