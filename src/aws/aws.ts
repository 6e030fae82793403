// The one road to AWS, and to what stands in for it (LocalStack, moto, …): credentials, signatures, endpoints, service
// models, protocols. `call` is the way for every operation that a service model has. What has none is sent by `send`:
// APIs behind API Gateway, and operations that answer with a stream of events (event-stream.ts). `presign` makes the
// token of clients of EKS.

import { type AddressPolicy, createGuard, type Guard } from '../net/addresses.ts';
import { createHttp } from '../net/http-client.ts';
import { type Caller, createCaller, type Loopback } from './call.ts';
import { type AwsCredentials, createCredentials } from './credentials.ts';
import { type AwsAccess, awsEndpoint, createEndpoints, expectAccess, type Target } from './endpoints.ts';
import { createAssumeRole, keepRoles } from './roles.ts';
import { createSender, type PresignRequest, type Send } from './send.ts';
import { type ServiceModel, serviceModel } from './service-model.ts';
import { createSigner } from './signing.ts';

export interface AwsOptions {
  /** Where calls go that name no Region. */
  readonly region: string;
  /** Service to base URL. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Whether the others go to AWS itself; default: their calls are refused. */
  readonly access?: AwsAccess | undefined;
  /** What may be connected to, besides and within what is always refused. */
  readonly policy?: AddressPolicy | undefined;
  /** Instead of the normal chain (environment, profile, SSO, web identity, container, instance). */
  readonly credentials?: () => Promise<AwsCredentials>;
  /** Bytes of a result; default: AWS's limit. */
  readonly payloadBytes?: number | undefined;
  /** Takes the calls of services that have no configured endpoint: service → what answers. */
  readonly loopbacks?: Readonly<Record<string, Loopback>> | undefined;
}

export interface Aws extends Caller {
  readonly send: Send;
  /**
   * A URL of AWS's own host that carries its signature, for someone else to call within `seconds`.
   * @throws NoCredentials, RoleNotAssumed, or the signal's reason.
   */
  presign(request: Presign, seconds: number): Promise<string>;
  /** Where `send` finds a service that has a model. @throws Refused when the configuration serves it by nothing. */
  locate(service: string, region: string): Target;
  /** Whether calls of the service have somewhere to go: an endpoint, or AWS. */
  serves(service: string): boolean;
  readonly access: AwsAccess;
  /** For connections to hosts that a task chose. */
  readonly unasked: Guard;
  /** The base URL that the configuration gives under this name. */
  endpoint(name: string): string | undefined;
  close(): Promise<void>;
}

export interface Presign extends Omit<PresignRequest, 'signingName' | 'endpoint'> {
  /** As in a Resource: `sts`. */
  readonly service: string;
}

const CONNECTIONS = 256;
const NO_POLICY: AddressPolicy = { allow: [], deny: [] };

export function createAws(options: AwsOptions): Aws {
  const { access = false, policy = NO_POLICY } = options;
  const unasked = createGuard(policy, access === false ? 'unasked' : 'asked');
  const clients = {
    asked: createHttp({ connections: CONNECTIONS, guard: createGuard(policy) }),
    unasked: createHttp({ connections: CONNECTIONS, guard: unasked }),
  };
  const endpoints = createEndpoints(options.endpoints, options.region, access);
  const credentialsFor = createCredentials({
    access,
    own: options.credentials,
    assume: keepRoles((...role) => assume(...role)),
    assumesAtStandIns: endpoints.named('sts') !== undefined,
  });
  const sender = createSender(clients, createSigner(), credentialsFor);
  const caller = createCaller({
    send: sender.send,
    open: sender.open,
    endpoints,
    access,
    payloadBytes: options.payloadBytes,
    loopbacks: options.loopbacks,
  });
  const assume = createAssumeRole(caller.call);
  return {
    ...caller,
    send: sender.send,
    async presign({ service, ...request }, seconds) {
      const model = modelOf(service);
      const { host, signingRegion: region } = awsEndpoint(model.endpoint, request.region);
      return sender.presign(
        { ...request, region, signingName: model.signingName, endpoint: `https://${host}` },
        seconds,
      );
    },
    locate(service, region) {
      const target = endpoints.locate(service, modelOf(service), { region });
      expectAccess(target, access, service, service);
      return target;
    },
    serves: (service) => endpoints.serves(service, modelOf(service)),
    access,
    unasked,
    endpoint: endpoints.named,
    async close() {
      await Promise.all([clients.asked.close(), clients.unasked.close()]);
    },
  };
}

function modelOf(service: string): ServiceModel {
  const model = serviceModel(service);
  if (model === undefined) throw new Error(`Treadle has no model of the service ${service}`);
  return model;
}
