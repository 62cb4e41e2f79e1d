import { consentEvents, consentUpcasters } from '#consent/contract';
import { createCodec, type EventCodec } from '#event-store';
import { permissionEvents } from '#permission/contract';
import { registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import { ledgerEvents } from '#runtime/contract';
import { decisionEvents, solicitationEvents } from '#solicitation/contract';
import { subjectEvents } from '#subjects/contract';

/** Every event type that the ledger can hold, whoever owns it. */
export function ledgerCodec(): EventCodec {
  const contexts = [
    ledgerEvents,
    subjectEvents,
    consentEvents,
    rightsEvents,
    registerEvents,
    solicitationEvents,
    decisionEvents,
    permissionEvents,
  ];
  return createCodec({
    definitions: contexts.flatMap(({ definitions }) => definitions),
    upcasters: consentUpcasters,
  });
}
