import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import type { Refusal } from './refusal.js';

/** A refusal as gRPC sends it. */
export function statusOf({ code, details, entries }: Refusal): StatusObject {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(entries)) metadata.set(key, value);
  return { code: status[code], details, metadata };
}

/** A refusal as an error, for the ways of gRPC that take errors only. */
export function errorOf(refusal: Refusal): Error & StatusObject {
  return Object.assign(new Error(refusal.details), statusOf(refusal));
}
