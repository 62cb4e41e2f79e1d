import { randomUUID } from 'node:crypto';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { Endpoint } from './faults.js';

/** The version that the double claims to be. */
const VERSION = '23.10.6';

/** Tells clients which methods there are: those of the streams. */
export function featuresService() {
  return {
    getSupportedMethods: (
      _: ServerUnaryCall<Empty, SupportedMethods>,
      reply: sendUnaryData<SupportedMethods>,
    ) => {
      const methods = Object.values(streamsGrpc.StreamsService).map(({ path }) => {
        const [, service = '', method = ''] = path.toLowerCase().split('/');
        return new featuresPb.SupportedMethod().setServiceName(service).setMethodName(method);
      });
      reply(
        null,
        new featuresPb.SupportedMethods().setEventStoreServerVersion(VERSION).setMethodsList(methods),
      );
    },
  };
}

/** A node as its cluster speaks of it. */
export interface Member {
  readonly endpoint: Endpoint;
  readonly isLeader: boolean;
  readonly isAlive: boolean;
}

/** Tells clients that look for the leader which nodes there are. */
export function gossipService(members: () => readonly Member[]) {
  return {
    read: (_: ServerUnaryCall<Empty, ClusterInfo>, reply: sendUnaryData<ClusterInfo>) => {
      reply(null, new gossipPb.ClusterInfo().setMembersList(members().map(memberOf)));
    },
  };
}

/** The same over HTTP. */
export function gossipJson(members: readonly Member[]): string {
  return JSON.stringify({
    members: members.map(({ endpoint, isLeader, isAlive }) => ({
      state: isLeader ? 'Leader' : 'Follower',
      isAlive,
      httpEndPointIp: endpoint.address,
      httpEndPointPort: endpoint.port,
      isReadOnlyReplica: false,
    })),
  });
}

/** What the server says of itself over HTTP. */
export function infoJson(version = VERSION): string {
  return JSON.stringify({ esVersion: version, state: 'leader' });
}

function memberOf({ endpoint: { address, port }, isLeader, isAlive }: Member) {
  const { LEADER, FOLLOWER } = gossipPb.MemberInfo.VNodeState;
  return new gossipPb.MemberInfo()
    .setInstanceId(new sharedPb.UUID().setString(randomUUID()))
    .setTimeStamp(String(Date.now() * 10_000))
    .setState(isLeader ? LEADER : FOLLOWER)
    .setIsAlive(isAlive)
    .setHttpEndPoint(new gossipPb.EndPoint().setAddress(address).setPort(port));
}
