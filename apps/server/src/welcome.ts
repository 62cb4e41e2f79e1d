import type { GreffeConfig } from '#runtime';

/** What a newcomer needs next: the address, a token, three commands to paste. */
export function printWelcome(url: string, config: GreffeConfig): void {
  const lines = [`Greffe answers at ${url}   API: ${url}/docs`];
  if (config.identity.kind === 'development') {
    lines.push(
      '',
      'This is the development issuer: it hands out any role to anybody on this machine. Never use it for real people.',
      '',
      '# a token of a service',
      `TOKEN=$(curl -s ${url}/dev/token -H 'content-type: application/json' -d '{"role":"service"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
      '# make a contact known',
      `curl -s ${url}/v1/subjects -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -H "idempotency-key: $(uuidgen 2>/dev/null || date +%s%N)" -d '{"contactPoints":[{"kind":"email","value":"camille.martin@courrier.example"}],"audience":"consumer","source":{"kind":"shop"}}'`,
      '# read what the ledger knows of it, with the subjectId of that answer',
      `curl -s ${url}/v1/subjects/SUBJECT_ID -H "authorization: Bearer $TOKEN"`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
