import { Module } from '@nestjs/common';
import { ConsentModule } from '#consent';
import { SolicitationModule } from '#solicitation';
import { ContactsMade } from './application/contacts-made.js';
import { ContactsMadeBatch } from './application/contacts-made-batch.js';
import { ContactsMadeController } from './http/contacts-made.controller.js';
import { PolicyController } from './http/policy.controller.js';

/** The dated rules on contacting people, and the contacts that were made. */
@Module({
  imports: [ConsentModule, SolicitationModule],
  controllers: [ContactsMadeController, PolicyController],
  providers: [ContactsMade, ContactsMadeBatch],
})
export class PermissionModule {}
