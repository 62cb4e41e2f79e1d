/**
 * An address as its owner recognises it and nobody else learns it: “c…@courrier.example”, “… 42”. Whoever reads over a
 * shoulder, or opens a forwarded message, does not get the whole of it.
 */
export function maskedAddress(value: string): string {
  const at = value.lastIndexOf('@');
  if (at > 0) return `${String.fromCodePoint(value.codePointAt(0) ?? 0)}…${value.slice(at)}`;
  return `… ${value.slice(-2)}`;
}
