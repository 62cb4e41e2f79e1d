/**
 * The role that migrations must give rights to: the user in the application's URL. `undefined` when it is the owner
 * itself, which has every right already and must not have some of them taken away.
 */
export function applicationRole(applicationUrl: string, ownerUrl: string): string | undefined {
  const [application, owner] = [userOf(applicationUrl), userOf(ownerUrl)];
  return application === '' || application === owner ? undefined : application;
}

function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}
