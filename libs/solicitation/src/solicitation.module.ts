import { Module } from '@nestjs/common';
import { Solicitations } from './application/solicitations.js';

/** Solicitation pressure: contacts reserved and contacts made. */
@Module({ providers: [Solicitations], exports: [Solicitations] })
export class SolicitationModule {}
