import { reasonCodes, type Decision, type Reason } from '../domain/gate/decision.js';

/**
 * The most restrictive of several answers to one question: where an address may be several people's, nobody is contacted
 * unless each of them may be. Reasons are merged; of several permissions the obligations of all hold, until the first
 * of them ends. At least one answer is needed.
 */
export function strictest(decisions: readonly [Decision, ...Decision[]]): Decision {
  const [first] = decisions;
  if (decisions.length === 1) return first;
  const refused = decisions.filter(({ permitted }) => !permitted);
  const told = refused[0] ?? first;
  const deciding = decisions.flatMap((decision) => decision.deciding);
  if (refused.length > 0) return { ...told, reasons: merged(refused), deciding };
  const ends = decisions.flatMap(({ validUntil }) => validUntil ?? []).sort();
  return {
    ...told,
    deciding,
    duties: [...new Set(decisions.flatMap(({ duties }) => duties))],
    obligations: [...new Set(decisions.flatMap(({ obligations }) => obligations))],
    ...(ends[0] === undefined ? {} : { validUntil: ends[0] }),
  };
}

function merged(refused: readonly Decision[]): readonly Reason[] {
  const all = refused.flatMap(({ reasons }) => reasons);
  return reasonCodes.flatMap((code) => {
    const same = all.filter((reason) => reason.code === code);
    if (same.length === 0) return [];
    const missing = [...new Set(same.flatMap((reason) => reason.missing ?? []))];
    const deciding = same.flatMap((reason) => reason.deciding);
    return [missing.length === 0 ? { code, deciding } : { code, deciding, missing }];
  });
}
