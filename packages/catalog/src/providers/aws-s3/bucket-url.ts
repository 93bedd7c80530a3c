/** What an object's URL says of its bucket. */
export interface BucketUrl {
  bucketName: string;
  /** Where its objects are as the URL says it, ending with a slash. */
  url: string;
  region?: string;
  endpoint?: string;
  forcePathStyle: boolean;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** `bucket.s3.region.amazonaws.com`, `s3.region.amazonaws.com`, and the older forms with a dash or without a region. */
const AWS_HOST =
  /^(?:([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.)?s3(?:[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]{1,10}){1,3}-\d))?\.amazonaws\.com(?:\.cn)?$/;

/** Reads the URL of an object at AWS, or at one of the endpoints with its bucket in the path; undefined when it is none. */
export function parseBucketUrl(target: string, endpoints: readonly string[]): BucketUrl | undefined {
  const url = URL.parse(target);
  if (url === null) return undefined;
  for (const endpoint of endpoints) {
    const base = new URL(endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
    if (!url.href.startsWith(base.href)) continue;
    const [bucketName = ''] = url.pathname.slice(base.pathname.length).split('/', 1);
    return BUCKET.test(bucketName) ? { bucketName, url: `${base.href}${bucketName}/`, endpoint, forcePathStyle: true } : undefined;
  }
  const match = url.protocol === 'https:' && url.port === '' ? AWS_HOST.exec(url.hostname) : null;
  if (match === null) return undefined;
  const [, host, region = 'us-east-1'] = match;
  const bucketName = host ?? url.pathname.split('/', 2)[1] ?? '';
  const prefix = host === undefined ? `${url.origin}/${bucketName}/` : `${url.origin}/`;
  return BUCKET.test(bucketName) ? { bucketName, url: prefix, region, forcePathStyle: host === undefined } : undefined;
}
