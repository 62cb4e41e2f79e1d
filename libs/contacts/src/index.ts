export { ContactsModule, contactsProjections } from './contacts.module.js';
