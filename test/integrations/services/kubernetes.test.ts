import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseJson } from '../../../src/base/json.ts';
import { errorOf, NEVER, REGION, resultOf } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

let cluster: StandIn;
let driver: Driver;
beforeAll(async () => {
  cluster = await openStandIn();
  driver = openDriver({});
});
beforeEach(() => {
  cluster.asked.length = 0;
});
afterAll(async () => {
  await driver.close();
  await cluster.close();
});

const of = (input: object) =>
  ({ ClusterName: 'c', CertificateAuthority: 'Q0E=', Endpoint: cluster.url, ...input }) as never;

const PODS = 'GET /api/v1/namespaces/default/pods';

describe('eks:call', () => {
  test('calls the cluster’s API', async () => {
    cluster.answer(`${PODS}?labelSelector=app=web`, { body: { kind: 'PodList', items: [] } });
    const outcome = await driver.run(
      'eks:call',
      of({
        Method: 'GET',
        Path: '/api/v1/namespaces/default/pods',
        QueryParameters: { labelSelector: ['app=web'] },
      }),
    );
    expect(resultOf(outcome)).toMatchObject({
      ResponseBody: { kind: 'PodList', items: [] },
      StatusCode: 200,
    });
    expect(cluster.asked[0]!.headers).not.toHaveProperty('authorization');
  });

  test('fails with the status', async () => {
    cluster.answer(PODS, { status: 403, body: { kind: 'Status', reason: 'Forbidden' } });
    expect(
      errorOf(await driver.run('eks:call', of({ Method: 'GET', Path: '/api/v1/namespaces/default/pods' }))),
    ).toEqual({ error: 'EKS.403', cause: { kind: 'Status', reason: 'Forbidden' } });
  });

  test.each<[object, string]>([
    [{ Endpoint: 'cluster' }, "The value of the field 'Endpoint' has an invalid format"],
    [{ Path: 7 }, "The value for the field 'Path' must be a STRING"],
    [{ Namespace: 'x' }, 'The field "Namespace" is not supported by Step Functions'],
  ])('refuses %j', (input, reason) => {
    expect(driver.check('eks:call', of({ Method: 'GET', Path: '/', ...input }))).toEqual([reason]);
  });
});

describe('a cluster’s address', () => {
  const call = (of: Driver, Endpoint: string) =>
    of.run('eks:call', {
      ClusterName: 'c',
      CertificateAuthority: 'Q0E=',
      Method: 'GET',
      Path: '/version',
      Endpoint,
    });

  test.each(['http://169.254.169.254', 'https://[fd00:ec2::254]', 'http://0.0.0.0:1', 'https://192.0.2.1'])(
    '%s is not connected to',
    async (address) => {
      expect(await call(driver, address)).toMatchObject({
        error: 'EKS.SdkClientException',
        cause: expect.stringContaining('are refused unless') as string,
      });
    },
  );

  test('of EKS is not called unless the configuration asks for AWS', async () => {
    expect(await call(driver, 'https://0A1B.gr7.us-east-1.eks.amazonaws.com')).toMatchObject({
      cause: expect.stringMatching(/^eks:call was not called: .* or by AWS itself \(aws: true\)$/) as string,
    });
  });
});

describe('eks:runJob', () => {
  const JOBS = '/apis/batch/v1/namespaces/default/jobs';
  const job = (...conditions: object[]) => ({
    body: { kind: 'Job', metadata: { name: 'pi-x' }, status: { conditions } },
  });
  const INPUT = { Job: { kind: 'Job', metadata: { generateName: 'pi-' } } };
  beforeEach(() => {
    cluster.answer(`POST ${JOBS}`, { ...job(), status: 201 });
  });

  test('waits for the job and gives it', async () => {
    cluster.answer(`GET ${JOBS}/pi-x`, job(), job({ type: 'Complete', status: 'True' }));
    const outcome = await driver.run('eks:runJob.sync', of(INPUT));
    expect(resultOf(outcome)).toEqual(job({ type: 'Complete', status: 'True' }).body);
    expect(JSON.parse(cluster.asked[0]!.body)).toEqual(INPUT.Job);
  });

  test('fetches what the containers wrote', async () => {
    cluster.answer(`GET ${JOBS}/pi-x`, job({ type: 'Complete', status: 'True' }));
    cluster.answer(`${PODS}?labelSelector=job-name=pi-x`, {
      body: {
        items: [{ metadata: { name: 'pi-x-1' }, spec: { containers: [{ name: 'pi' }, { name: 'side' }] } }],
      },
    });
    cluster.answer(`${PODS}/pi-x-1/log?tailLines=20&container=pi`, { body: '{"pi": 3.14}' });
    cluster.answer(`${PODS}/pi-x-1/log?tailLines=20&container=side`, { status: 400, body: 'no log' });
    const LogOptions = { RetrieveLogs: true, LogParameters: { tailLines: ['20'] } };
    const outcome = await driver.run('eks:runJob.sync', of({ ...INPUT, LogOptions }));
    expect(resultOf(outcome)).toMatchObject({
      logs: {
        pods: {
          'pi-x-1': {
            containers: { pi: { log: { pi: 3.14 } }, side: { error: 'EKS.400', cause: 'no log' } },
          },
        },
      },
    });
    const raw = await driver.run(
      'eks:runJob.sync',
      of({ ...INPUT, LogOptions: { ...LogOptions, RawLogs: true } }),
    );
    expect(resultOf(raw)).toMatchObject({
      logs: { pods: { 'pi-x-1': { containers: { pi: { log: '{"pi": 3.14}' } } } } },
    });
  });

  test('fails with the job as the cause', async () => {
    cluster.answer(
      `GET ${JOBS}/pi-x`,
      job({ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }),
    );
    expect(errorOf(await driver.run('eks:runJob.sync', of(INPUT)))).toMatchObject({
      error: 'States.TaskFailed',
      cause: { metadata: { name: 'pi-x' } },
    });
  });

  test('goes on while the cluster is away', async () => {
    cluster.answer(`GET ${JOBS}/pi-x`, { status: 503 }, job({ type: 'Complete', status: 'True' }));
    expect(await driver.run('eks:runJob.sync', of(INPUT))).toMatchObject({ status: 'completed' });
  });

  test('deletes the job when it is called off', async () => {
    cluster.answer(`DELETE ${JOBS}/pi-x`, { body: {} });
    const { integration, request } = driver.integration('eks:runJob.sync');
    const started = await integration.start(request(of(INPUT)), NEVER);
    await integration.cancel!(
      request(of(INPUT)),
      parseJson((started as { outputText: string }).outputText),
      NEVER,
    );
    expect(cluster.asked.at(-1)).toMatchObject({ what: `DELETE ${JOBS}/pi-x` });
  });
});

const OPENSSL_MISSING = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status !== 0;

test.skipIf(OPENSSL_MISSING)('trusts the cluster’s authority alone and says who asks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'treadle-eks-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  expect(made.status).toBe(0);
  const seen: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    seen.push(request.headers.authorization ?? '');
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const Endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const CertificateAuthority = readFileSync(cert).toString('base64');
  try {
    const input = { Method: 'GET', Path: '/version', Endpoint };
    expect(resultOf(await driver.run('eks:call', of({ ...input, CertificateAuthority })))).toMatchObject({
      ResponseBody: { ok: true },
    });
    const token = /^Bearer k8s-aws-v1\.([A-Za-z0-9_-]+)$/.exec(seen[0]!)![1]!;
    const url = new URL(Buffer.from(token, 'base64url').toString());
    expect(url.host).toBe(`sts.${REGION}.amazonaws.com`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await driver.run('eks:call', of(input))).toMatchObject({
      status: 'failed',
      error: 'EKS.SdkClientException',
    });
    // A certificate of one's own gets no token that is worth something: the cluster that it names is another's.
    const credentials = { accessKeyId: 'AKIDREAL', secretAccessKey: 's', sessionToken: 'st' };
    const rich = openDriver({ sts: 'https://sts.example.com' }, { access: true, credentials });
    await rich.run('eks:call', of({ ...input, CertificateAuthority, ClusterName: 'victim' }));
    await rich.close();
    const given = Buffer.from(seen.at(-1)!.split('.')[1]!, 'base64url').toString();
    expect(new URL(given).searchParams.get('X-Amz-Credential')).toMatch(/^test\//);
    expect(given).not.toMatch(/AKIDREAL|Security-Token/);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
