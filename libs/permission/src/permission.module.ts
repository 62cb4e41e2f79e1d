import { Module } from '@nestjs/common';
import { PolicyController } from './http/policy.controller.js';

/** The dated rules on contacting people. */
@Module({ controllers: [PolicyController] })
export class PermissionModule {}
