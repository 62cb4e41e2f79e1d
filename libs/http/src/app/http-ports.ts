import type { CommandLog } from '#runtime';
import type { ActorResolver, ServiceKeyVerifier } from '../access/ports.js';
import type { HealthCheck, HealthWarning } from '../operations/health.js';

/** The command log as HTTP uses it: `CommandLog` of the runtime, or one in memory in a spec. */
export type CommandLogPort = Pick<CommandLog, 'begin' | 'finish' | 'release'>;

/** What HTTP needs from the rest of the process. */
export interface HttpPorts {
  readonly commandLog: CommandLogPort;
  readonly actors: ActorResolver;
  readonly serviceKeys?: ServiceKeyVerifier;
  readonly checks: readonly HealthCheck[];
  /** What stands still although every check passes; absent: nobody knows. */
  readonly warnings?: () => Promise<readonly HealthWarning[]>;
}

/** Holds the ports, which are known only when every module stands. */
export class HttpPortsRef {
  private ports: HttpPorts | undefined;

  /** The ports. Throws before the application stands. */
  get current(): HttpPorts {
    if (this.ports === undefined)
      throw new Error('The HTTP ports are not known before the application stands.');
    return this.ports;
  }

  /** Sets them, once. */
  set(ports: HttpPorts): void {
    this.ports = ports;
  }
}
