import { startEventStoreDouble } from '../../libs/testing/src/eventstoredb/start.js';

/**
 * The protocol double as a process of its own, for benchmarks where no EventStoreDB is at hand: prints what to set, and
 * runs until it is told to end. Its speed says nothing about a server's; ratios against the bare client do.
 */
const double = await startEventStoreDouble(
  process.argv[2] === undefined ? {} : { port: Number(process.argv[2]) },
);
process.stdout.write(`EVENTSTORE_URL=${double.connectionString}\n`);
process.once('SIGTERM', () => void double.stop().then(() => process.exit(0)));
