import { Inject, Injectable, Optional } from '@nestjs/common';
import { UndecodableEvent, type EventCodec, type EventStore, type LedgerEvent } from '#event-store';
import type { Instant } from '#kernel';
import { AuditCopy, CODEC, EVENT_STORE } from '#runtime';
import { POLICY_STREAM, type PermissionEvent } from '../contract.js';
import { policyInForce, type PolicyInForce } from '../domain/policy/activation.js';
import { publishedPolicies, type PublishedPolicy } from '../domain/policy/published.js';

/** Every version that this program holds, oldest first; {@link publishedPolicies} by default. */
export const PUBLISHED_POLICIES = Symbol('PUBLISHED_POLICIES');

/** A version that went into force in this ledger. */
export interface Activation {
  readonly version: string;
  readonly activatedAt: Instant;
  readonly revision: bigint;
}

/** A version to answer by, with when it went into force, if it did. */
export type PolicyToApply = PolicyInForce & { readonly activatedAt?: Instant };

/** Which policy the ledger answered by, and since when. */
@Injectable()
export class PolicyActivations {
  /** What was read last; the stream only grows. */
  #read: readonly Activation[] = [];
  /** The newest version that this program holds is on record, and no later activation changes what it answers by. */
  #settled: PolicyToApply | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CODEC) private readonly codec: EventCodec,
    private readonly copy: AuditCopy,
    @Optional()
    @Inject(PUBLISHED_POLICIES)
    readonly published: readonly PublishedPolicy[] = publishedPolicies,
  ) {}

  /** The version to answer by with everything known today. Throws `Unavailable`. */
  async now(): Promise<PolicyToApply> {
    if (this.#settled !== undefined) return this.#settled;
    const inForce = this.among(await this.all());
    const isNewest = inForce.policy === this.published.at(-1)?.policy;
    if (inForce.isActivated && isNewest) this.#settled = inForce;
    return inForce;
  }

  /** The version of that name, or the one to answer by; `undefined`: this program holds none of that name. */
  async named(version?: string): Promise<PublishedPolicy | undefined> {
    if (version === undefined) return this.now();
    return this.published.find(({ policy }) => policy.version === version);
  }

  /** The version to answer by as it was known when the ledger's last entry was `index`; `undefined`: it had none. */
  async knownAt(index: bigint | undefined): Promise<PolicyToApply> {
    if (index === undefined) return this.among([]);
    const upTo = (await this.copy.revisionsAt([POLICY_STREAM], index)).get(POLICY_STREAM);
    if (upTo === undefined) return this.among([]);
    const last = this.#read.at(-1)?.revision ?? -1n;
    const activations = last >= upTo ? this.#read : await this.all();
    return this.among(activations.filter(({ revision }) => revision <= upTo));
  }

  /** Every activation on record, oldest first; an event that only a newer program can read is left out. */
  async all(): Promise<readonly Activation[]> {
    const found: Activation[] = [];
    for await (const stored of this.store.read(POLICY_STREAM)) {
      try {
        const { data, revision } = this.codec.decode(stored) as LedgerEvent & PermissionEvent;
        found.push({ version: data.version, activatedAt: data.occurredAt, revision });
      } catch (error) {
        if (!(error instanceof UndecodableEvent)) throw error;
      }
    }
    return (this.#read = found);
  }

  private among(activations: readonly Activation[]): PolicyToApply {
    const inForce = policyInForce(
      activations.map(({ version }) => version),
      this.published,
    );
    const since = activations.find(({ version }) => version === inForce.policy.version)?.activatedAt;
    return since === undefined ? inForce : { ...inForce, activatedAt: since };
  }
}
