import { onboard } from '../onboard.ts';

/** A service whose work is done while targets that never answer are being asked. */

const url = process.argv[2] ?? '';
const document = { openapi: '3.0.3', info: { title: 'Short', version: '1' }, paths: {} };
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const limits = { timeoutMs: 600_000, attemptTimeoutMs: 300_000, logger: false } as const;
const targets = [
  { gatehouse: { url, token: 'token' } },
  { s3: { bucket: 'apis', region: 'us-east-1', endpoint: url, forcePathStyle: true, credentials } },
  { s3: { bucket: 'apis', region: 'us-east-1', endpoint: url, credentials, role: { arn: 'arn:aws:iam::1:role/a', stsEndpoint: url } } },
];
for (const target of targets) onboard({ name: 'short', owner: 'team', definition: { document }, target, ...limits });
onboard({ name: 'short', owner: 'team', definition: { url }, target: targets, ...limits });

// Long enough for every request to be under way.
setTimeout(() => process.stdout.write('service: done\n'), 1_000);
