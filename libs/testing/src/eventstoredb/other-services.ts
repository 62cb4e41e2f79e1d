import { randomUUID } from 'node:crypto';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo, MemberInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { Endpoint, EventStoreFaults } from './faults.js';

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

/** Tells clients that look for the leader where it is: here, or where the faults say. */
export function gossipService(faults: EventStoreFaults, here: () => Endpoint) {
  const instance = randomUUID();
  return {
    read: (_: ServerUnaryCall<Empty, ClusterInfo>, reply: sendUnaryData<ClusterInfo>) => {
      const { leader } = faults;
      const { LEADER, FOLLOWER } = gossipPb.MemberInfo.VNodeState;
      const self = memberOf(instance, leader === undefined ? LEADER : FOLLOWER, here());
      const other = leader && memberOf(randomUUID(), LEADER, leader);
      reply(null, new gossipPb.ClusterInfo().setMembersList(other === undefined ? [self] : [self, other]));
    },
  };
}

function memberOf(id: string, state: MemberInfo.VNodeState, { address, port }: Endpoint) {
  return new gossipPb.MemberInfo()
    .setInstanceId(new sharedPb.UUID().setString(id))
    .setTimeStamp(String(Date.now() * 10_000))
    .setState(state)
    .setIsAlive(true)
    .setHttpEndPoint(new gossipPb.EndPoint().setAddress(address).setPort(port));
}
