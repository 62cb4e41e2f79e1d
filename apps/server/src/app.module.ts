import { Module, type DynamicModule } from '@nestjs/common';
import { ConsentModule } from '#consent';
import { ContactsModule } from '#contacts';
import { PermissionModule } from '#permission';
import { RegisterModule } from '#register';
import { ReportingModule } from '#reporting';
import { RightsModule } from '#rights';
import { RuntimeModule, type RuntimeParts } from '#runtime';
import { SolicitationModule } from '#solicitation';
import { SubjectsModule } from '#subjects';
import { LedgerController } from './ledger.controller.js';

/** The whole application over opened stores. */
@Module({})
export class AppModule {
  static over(parts: RuntimeParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [LedgerController],
      imports: [
        RuntimeModule.forRoot(parts),
        SubjectsModule,
        ConsentModule,
        RightsModule,
        RegisterModule,
        SolicitationModule,
        ContactsModule,
        ReportingModule,
        PermissionModule,
      ],
    };
  }
}
