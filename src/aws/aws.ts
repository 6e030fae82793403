// The one road to AWS, and to what stands in for it (LocalStack, moto, …): credentials, signatures, endpoints, service
// models, protocols. `call` is the way for every operation that a service model has. What has none is sent by `send`:
// APIs behind API Gateway, and operations that answer with a stream of events (event-stream.ts). `presign` makes the
// token of clients of EKS.

import { createHttp } from '../net/http-client.ts';
import { type Caller, createCaller, type Loopback } from './call.ts';
import { type AwsCredentials, createCredentials } from './credentials.ts';
import { awsEndpoint, createEndpoints, isAwsHost, type Target } from './endpoints.ts';
import { createAssumeRole, keepRoles } from './roles.ts';
import { createSender, type PresignRequest, type Send } from './send.ts';
import { type ServiceModel, serviceModel } from './service-model.ts';
import { createSigner } from './signing.ts';

export interface AwsOptions {
  /** Where calls go that name no Region. */
  readonly region: string;
  /** Service to base URL; others go to AWS itself. */
  readonly endpoints: Readonly<Record<string, string>>;
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
  /** Where `send` finds a service that has a model. */
  locate(service: string, region: string): Target;
  /** The base URL that the configuration gives under this name. */
  endpoint(name: string): string | undefined;
  close(): Promise<void>;
}

export interface Presign extends Omit<PresignRequest, 'signingName' | 'endpoint' | 'standIn'> {
  /** As in a Resource: `sts`. */
  readonly service: string;
}

const CONNECTIONS = 256;

export function createAws(options: AwsOptions): Aws {
  const http = createHttp(CONNECTIONS);
  const endpoints = createEndpoints(options.endpoints, options.region);
  const credentialsFor = createCredentials({
    own: options.credentials,
    assume: keepRoles((...role) => assume(...role)),
    assumesAtStandIns: endpoints.named('sts') !== undefined,
  });
  const sender = createSender(http, createSigner(), credentialsFor);
  const caller = createCaller({
    send: sender.send,
    open: sender.open,
    endpoints,
    payloadBytes: options.payloadBytes,
    loopbacks: options.loopbacks,
  });
  const assume = createAssumeRole(caller.call);
  return {
    ...caller,
    send: sender.send,
    presign({ service, ...request }, seconds) {
      const model = modelOf(service);
      const configured = endpoints.named(service);
      const { host, signingRegion: region } = awsEndpoint(model.endpoint, request.region);
      const standIn = configured !== undefined && !isAwsHost(new URL(configured).hostname);
      return sender.presign(
        { ...request, region, signingName: model.signingName, endpoint: `https://${host}`, standIn },
        seconds,
      );
    },
    locate: (service, region) => endpoints.locate(service, modelOf(service), { region }),
    endpoint: endpoints.named,
    close: () => http.close(),
  };
}

function modelOf(service: string): ServiceModel {
  const model = serviceModel(service);
  if (model === undefined) throw new Error(`Treadle has no model of the service ${service}`);
  return model;
}
