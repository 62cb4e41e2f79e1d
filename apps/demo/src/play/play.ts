import type { Stage } from '../stage.js';
import { confirm } from './confirm.js';
import { declareShop } from './declare-shop.js';
import { erase } from './erase.js';
import { importContacts } from './import-contacts.js';
import { readTimeline } from './read-timeline.js';
import { restrict } from './restrict.js';
import { sharedMailbox } from './shared-mailbox.js';
import { signUp } from './sign-up.js';
import { whatRemains } from './what-remains.js';
import { withdraw } from './withdraw.js';

/** The whole story, chapter by chapter. Throws at the first answer that is not the expected one. */
export async function play(stage: Stage): Promise<void> {
  const shop = await declareShop(stage);
  await importContacts(stage, shop);
  const camilleId = await signUp(stage, shop);
  await withdraw(stage, shop, camilleId);
  await confirm(stage, shop);
  await restrict(stage, shop);
  await sharedMailbox(stage, shop);
  await readTimeline(stage, camilleId);
  await erase(stage, camilleId);
  await whatRemains(stage, shop, camilleId);
}
