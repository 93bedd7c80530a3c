import { describe, expect, it } from 'vitest';
import { classifyAddress } from './address-class.ts';
import { ReadingError } from './reading-error.ts';
import { ReadingPolicy, type ReadingPolicyConfig, readingAllowEntry } from './reading-policy.ts';

/** `ok`, or the code of the refusal. */
function verdict(config: ReadingPolicyConfig, target: string): string {
  try {
    new ReadingPolicy(config).permit(target);
    return 'ok';
  } catch (error) {
    if (!(error instanceof ReadingError)) throw error;
    return error.code;
  }
}

describe('a URL', () => {
  it.each<[allow: ReadingPolicyConfig['allow'], target: string, verdict: string]>([
    [[], 'https://example.com/a', 'not-allowed'],
    [[{ host: 'example.com' }], 'https://example.com/a', 'ok'],
    [[{ host: 'Example.COM' }], 'https://EXAMPLE.com/a', 'ok'],
    [[{ host: 'example.com' }], 'http://example.com/a', 'ok'],
    [[{ host: 'example.com' }], 'https://example.com:8443/a', 'not-allowed'],
    [[{ host: 'example.com:8443' }], 'https://example.com:8443/a', 'ok'],
    [[{ host: 'example.com:443' }], 'https://example.com/a', 'ok'],
    [[{ host: 'example.com:9000-9010' }], 'https://example.com:9010/a', 'ok'],
    [[{ host: 'example.com:9000-9010' }], 'https://example.com:9011/a', 'not-allowed'],
    [[{ host: 'example.com' }], 'https://a.example.com/a', 'not-allowed'],
    [[{ host: '*.example.com' }], 'https://a.b.example.com/a', 'ok'],
    [[{ host: '*.example.com' }], 'https://example.com/a', 'not-allowed'],
    [[{ host: '*.example.com' }], 'https://evilexample.com/a', 'not-allowed'],
    [[{ host: 'example.com', paths: ['/api/'] }], 'https://example.com/api/a', 'ok'],
    [[{ host: 'example.com', paths: ['/api/'] }], 'https://example.com/api/../admin', 'not-allowed'],
    [[{ host: 'example.com', paths: ['/api/'] }], 'https://example.com/api/%2e%2e/admin', 'not-allowed'],
    [[{ host: 'example.com', paths: ['/api/'] }], 'https://example.com/api/..%2fadmin', 'not-allowed'],
    [[{ host: 'example.com' }], 'https://user:secret@example.com/a', 'invalid-target'],
    [[{ host: 'example.com' }], 'file:///etc/passwd', 'invalid-target'],
    [[{ host: 'example.com' }], 'no url', 'invalid-target'],
    [[{ host: 'localhost:9000' }], 'http://localhost:9000/a', 'ok'],
    [[{ host: 'localhost:9000' }], 'http://localhost:9001/a', 'not-allowed'],
    [[{ host: '127.0.0.1' }], 'http://0x7f.1/a', 'ok'],
    [[{ host: '[::1]:9000' }], 'http://[0::1]:9000/a', 'ok'],
    [[{ host: '169.254.169.254' }], 'http://169.254.169.254/latest', 'ok'],
  ])('with %j allowed, %s is %s', (allow = [], target, expected) => {
    for (const entry of allow) readingAllowEntry.parse(entry);
    expect(verdict({ allow }, target)).toBe(expected);
  });

  it('of an integration is allowed', () => {
    expect(verdict({ integrationHosts: ['github.com'] }, 'https://github.com/a/b')).toBe('ok');
  });

  it('that is refused is named without its secrets, together with the setting that allows it', () => {
    const policy = new ReadingPolicy({});
    expect(() => policy.permit('https://example.com:8443/a?token=secret')).toThrow(
      "Reading from 'https://example.com:8443/a?…' is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow': { host: 'example.com:8443' }",
    );
    expect(() => policy.permit('https://user:secret@example.com')).toThrow(/^((?!secret).)*$/s);
  });
});

describe('the address that a host leads to', () => {
  const refused = (config: ReadingPolicyConfig, target: string, address: string) => {
    const policy = new ReadingPolicy(config);
    const { url, permit } = policy.permit(target);
    try {
      policy.checkAddress(address, url, permit);
      return false;
    } catch {
      return true;
    }
  };

  it('is in the private network only where the settings say so, or the name can have no other', () => {
    const url = 'https://example.com/';
    expect(refused({ allow: [{ host: 'example.com' }] }, url, '8.8.8.8')).toBe(false);
    expect(refused({ allow: [{ host: 'example.com' }] }, url, '10.0.0.1')).toBe(true);
    expect(refused({ allow: [{ host: 'example.com', private: true }] }, url, '10.0.0.1')).toBe(false);
    expect(refused({ allow: [{ host: '*.com' }] }, url, '10.0.0.1')).toBe(true);
    expect(refused({ integrationHosts: ['example.com'] }, url, '10.0.0.1')).toBe(false);
    for (const host of ['localhost', 'petstore', 'petstore.default.svc', 'pets.internal', 'nas.local']) {
      expect(refused({ allow: [{ host }] }, `http://${host}/`, '10.0.0.1')).toBe(false);
      expect(refused({ allow: [{ host, private: false }] }, `http://${host}/`, '10.0.0.1')).toBe(true);
    }
  });

  it('is never one where a cloud gives credentials away, unless that very address is allowed', () => {
    const entry = { host: 'example.internal', private: true };
    for (const address of ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', 'fe80::1%eth0', '::ffff:169.254.169.254']) {
      expect(refused({ allow: [entry] }, 'http://example.internal/', address)).toBe(true);
    }
  });

  it.each<[address: string, expected: string]>([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'private'],
    ['0.0.0.0', 'private'],
    ['100.64.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['255.255.255.255', 'private'],
    ['::1', 'private'],
    ['::', 'private'],
    ['::127.0.0.1', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['::ffff:7f00:1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::a00:1', 'private'],
    ['2002:a00:1::', 'private'],
    ['fd12::1', 'private'],
    ['::ffff:a9fe:a9fe', 'metadata'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });
});
