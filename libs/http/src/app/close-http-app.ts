import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How long requests under way may take to end, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * Ends an application without losing a request: no new connection is accepted, what is under way ends (for at most ten
 * seconds), and only then the modules let go of databases and stores.
 */
export async function closeHttpApp(app: NestFastifyApplication, graceMs = GRACE_MS): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const cut = setTimeout(() => {
    fastify.server.closeAllConnections();
  }, graceMs);
  try {
    await fastify.close();
  } finally {
    clearTimeout(cut);
    await app.close();
  }
}
