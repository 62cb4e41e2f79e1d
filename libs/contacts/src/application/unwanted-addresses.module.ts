import { Global, Module, type Type } from '@nestjs/common';
import { RightsModule, SuppressionMatches } from '#rights';
import { UnwantedAddresses } from '#subjects';

/** What an objection left behind is for the rights to say; the type holds what the provider below cannot. */
const ofRights: Type<UnwantedAddresses> = SuppressionMatches;

/** Joins subjects and rights where an address becomes a person's: neither context knows the other one. */
@Global()
@Module({
  imports: [RightsModule],
  providers: [{ provide: UnwantedAddresses, useExisting: ofRights }],
  exports: [UnwantedAddresses],
})
export class UnwantedAddressesModule {}
