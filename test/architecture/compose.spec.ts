import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { textOf } from './source-tree.js';

// Goal: docker-compose.yml hangs together, so that whoever starts it meets no typing error of ours. Method: read it as
// Compose does, merge keys included; what a key means is Compose's own business (`docker compose config`).

interface Service {
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly depends_on?: Readonly<Record<string, object>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: object;
  readonly volumes: object;
  readonly configs: object;
}

const text = textOf('docker-compose.yml');
const compose = merged(load(text)) as Compose;
const services = Object.entries(compose.services);
const cluster = services.filter(([name]) => /^eventstore-\d$/.test(name));

/** Replaces each merge key by what it names; what stands beside it goes first. */
function merged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(merged);
  if (value === null || typeof value !== 'object') return value;
  const { '<<': base, ...own } = value as Record<string, unknown>;
  const parts = Object.entries(own).map(([key, member]) => [key, merged(member)] as const);
  return { ...(merged(base) as object | undefined), ...Object.fromEntries(parts) };
}

const used = (part: (service: Service) => readonly string[] | undefined): string[] => [
  ...new Set(services.flatMap(([, service]) => part(service) ?? [])),
];

describe('the compose file', () => {
  it('uses exactly the networks, volumes and configurations that it declares', () => {
    const volumes = used(({ volumes: all }) => all?.map((volume) => volume.split(':')[0] ?? ''));
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
    expect(used(({ networks }) => networks).sort()).toEqual(Object.keys(compose.networks).sort());
    expect(used(({ configs }) => configs?.map(({ source }) => source)).sort()).toEqual(
      Object.keys(compose.configs).sort(),
    );
  });

  it('waits for services that run in the same profiles', () => {
    for (const [name, { depends_on: needs = {}, profiles = [] }] of services) {
      for (const needed of Object.keys(needs)) {
        const of = compose.services[needed];
        expect({ name, needed, exists: of !== undefined }).toEqual({ name, needed, exists: true });
        if (of?.profiles !== undefined) expect(of.profiles).toEqual(expect.arrayContaining([...profiles]));
      }
    }
  });

  it('asks for no variable that .env.example does not explain', () => {
    const example = textOf('.env.example');
    const names = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(10);
    expect([...new Set(names)].filter((name) => !new RegExp(`^# ?${name}=`, 'm').test(example))).toEqual([]);
  });

  it('gives each node of the cluster a name, data and a certificate of its own, and all of them as seeds', () => {
    expect(cluster).toHaveLength(3);
    for (const [name, { environment = {}, volumes }] of cluster) {
      expect(environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: cluster.length,
        EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
        EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS: name,
        EVENTSTORE_GOSSIP_SEED: cluster.map(([node]) => `${node}:2113`).join(','),
      });
      expect(volumes).toEqual([`${name}:/var/lib/eventstore`, `${name}-certs:/certs:ro`]);
    }
  });

  it('lets nobody out of the machine reach a store, and nobody but Greffe the keys', () => {
    const published = services.filter(([, service]) => 'ports' in service).map(([name]) => name);
    expect(published).toEqual(['greffe']);
    const reaching = (network: string) =>
      services.filter(([, { networks = [] }]) => networks.includes(network)).map(([name]) => name);
    expect(reaching('keys').sort()).toEqual(['greffe', 'keys-db']);
    for (const [name, network] of Object.entries(compose.networks as Record<string, object>))
      if (name !== 'front') expect({ name, network }).toEqual({ name, network: { internal: true } });
  });

  it('hands the private key of a node to that node alone', () => {
    const certificates = (name: string) =>
      compose.services[name]?.volumes?.filter((volume) => /-certs:|authority:/.test(volume)) ?? [];
    expect(certificates('greffe')).toEqual([]);
    const holders = services.filter(([, { volumes = [] }]) =>
      volumes.some((volume) => volume.startsWith('eventstore-authority:')),
    );
    expect(holders.map(([name]) => name)).toEqual(['eventstore-certificates']);
  });
});
