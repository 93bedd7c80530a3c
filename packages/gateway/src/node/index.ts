export { Backoff } from './backoff.ts';
export { HttpNodeTransport, type HttpNodeTransportOptions } from './http/http-node-transport.ts';
export { NodeAgent, type NodeAgentOptions } from './node-agent.ts';
export type { NodeStatus } from './node-state.ts';
export type { NodeCredentials, NodeGatewayPort, NodeLog } from './ports.ts';
export { NodeStore, type NodeStoreOptions } from './store/node-store.ts';
