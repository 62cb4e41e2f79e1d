import 'reflect-metadata';
import { ConfigInvalid, EmbeddedPostgresFailed, HomeInUse, readConfig } from '#runtime';
import { startServer } from './server.js';
import { keepHeapSmall } from './small-heap.js';
import { printWelcome } from './welcome.js';

/** Errors whose message is the whole answer: a stack would only hide it. */
const EXPLAINED = [ConfigInvalid, HomeInUse, EmbeddedPostgresFailed];

keepHeapSmall();
try {
  const config = readConfig(process.env);
  const server = await startServer(config);
  printWelcome(server.url, config);
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  const isExplained = EXPLAINED.some((kind) => error instanceof kind);
  process.stderr.write(`${isExplained ? (error as Error).message : String((error as Error).stack)}\n`);
  process.exit(1);
}
