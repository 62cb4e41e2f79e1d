export * from './contract.js';
export {
  reservationLife,
  Solicitations,
  type RecordedContact,
  type Reservation,
  type WantedReservation,
} from './application/solicitations.js';
export { SolicitationModule } from './solicitation.module.js';
