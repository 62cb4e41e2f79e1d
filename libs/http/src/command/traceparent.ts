const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The W3C trace context of a request, if it is a valid one (Trace Context, 3.2.2). An invalid header is ignored, as
 * that specification asks: it must never cost a command.
 */
export function traceparentOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || !TRACEPARENT.test(header)) return undefined;
  const [version, trace = '', parent = ''] = header.split('-');
  const isVoid = version === 'ff' || /^0+$/.test(trace) || /^0+$/.test(parent);
  return isVoid ? undefined : header;
}
