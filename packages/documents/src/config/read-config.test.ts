import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { fixtureSchema, readTexts } from './config-fixture.ts';
import { readConfig } from './read-config.ts';

const EXAMPLE = `
gateway:
  listen: { host: 0.0.0.0, port: 8000 }
  threads: auto                     # one per core
  trustedProxies: []                # whose X-Forwarded-* is believed
  limits: { headerBytes: 16KiB, bodyBytes: 10MiB, headersTimeout: 10s, idleTimeout: 75s }
  accessLog: { format: json }
control:
  listen: { host: 127.0.0.1, port: 3000 }
  database: sqlite
environments: [test, pre, production]
backends:
  - name: pets
    type: http
    environments:
      test: { url: http://localhost:9001 }
      production:
        targets: [ { url: http://10.0.0.1:8080, weight: 3 }, { url: http://10.0.0.2:8080 } ]
apis:
  - name: petstore
    owner: team-pets
    definition: ./petstore.yaml
    basePath: /petstore
    backend: pets
    variables: { test: { url: localhost }, production: { url: pets.internal } }
    policies: [ { cors: { allowOrigins: ['*'] } }, { rate-limit: { limit: 100, window: 1s } } ]
    publish: [test, production]
domains:
  - host: api.example.com
    mappings: [ { path: v1/pets, api: petstore, environment: production } ]
`;

/** What every case needs not to say. */
const PETS = `backends: [{ name: pets, type: http, environments: { test: { url: http://a }, production: { url: http://b } } }]
`;

describe('the example of the documentation', () => {
  it('is valid and every value arrives', async () => {
    const { config, lines } = await readTexts({ 'gatehouse.yaml': EXAMPLE });
    expect(lines).toEqual([]);
    expect(config?.gateway.limits).toMatchObject({
      headerBytes: 16_384,
      bodyBytes: 10_485_760,
      headersTimeout: 10_000,
      idleTimeout: 75_000,
    });
    expect(config?.apis[0]?.policies).toEqual([
      { name: 'cors', config: { allowOrigins: ['*'] } },
      { name: 'rate-limit', config: { limit: 100, window: '1s' } },
    ]);
    expect(config?.backends[0]?.environments.production?.targets).toEqual([
      { url: 'http://10.0.0.1:8080', weight: 3 },
      { url: 'http://10.0.0.2:8080', weight: 1 },
    ]);
  });

  it('says where each value was written', async () => {
    const { placeOf, fileOf } = await readTexts({ 'gatehouse.yaml': EXAMPLE });
    expect(placeOf(['apis', 0, 'policies', 1, 'rate-limit'])).toEqual({ file: 'gatehouse.yaml', line: 26, column: 66 });
    expect(placeOf(['gateway', 'limits', 'uriBytes'])).toEqual({ file: 'gatehouse.yaml', line: 6, column: 11 });
    expect(fileOf(['apis', 0, 'definition'])).toBe(`${process.cwd()}/gatehouse.yaml`);
  });
});

describe('what is wrong is reported with its place', () => {
  it.each<[text: string, lines: string[]]>([
    ['gatway: {}', ['gatehouse.yaml:1:1: error: unknown key "gatway"; did you mean "gateway"? [config.unknown-key]']],
    [
      'gateway:\n  listen: { prot: 1 }',
      ['gatehouse.yaml:2:13: error: unknown key "prot" in gateway.listen; did you mean "port"? [config.unknown-key]'],
    ],
    [
      'control: { queue: x }',
      [
        'gatehouse.yaml:1:12: error: unknown key "queue" in control; the keys here are listen, publicUrl, database, region, regions, publishTimeout, nodes, traffic [config.unknown-key]',
      ],
    ],
    [
      'gateway: { listen: { port: "8000" }, threads: many, drainTimeout: 5 }',
      [
        'gatehouse.yaml:1:28: error: gateway.listen.port must be a number; found "8000" [config.wrong-type]',
        'gatehouse.yaml:1:47: error: gateway.threads must be auto (one per core) or a whole number from 1 to 256; found "many" [config.invalid-value]',
        'gatehouse.yaml:1:67: error: gateway.drainTimeout must be a duration with its unit, such as 250ms, 10s or 2m; found 5 [config.invalid-value]',
      ],
    ],
    [
      'gateway: { accessLog: { output: files }, listen: { host: 1.5 } }',
      [
        'gatehouse.yaml:1:33: error: gateway.accessLog.output must be one of "stdout", "file"; found "files"; did you mean "file"? [config.invalid-value]',
        'gatehouse.yaml:1:58: error: gateway.listen.host must be a string; found 1.5 (put it in quotes) [config.wrong-type]',
      ],
    ],
    [
      'backends:\n  - http\n  - type: tcp\n',
      [
        'gatehouse.yaml:2:5: error: backends[0] must be a map of keys and values; found "http" [config.wrong-type]',
        'gatehouse.yaml:3:5: error: "name" is missing in backends[1]: it must be a string [config.missing-key]',
        'gatehouse.yaml:3:5: error: "environments" is missing in backends[1]: it must be a map of keys and values [config.missing-key]',
        'gatehouse.yaml:3:11: error: backends[1].type must be one of "http", "vpc", "service-discovery", "mock", "mixed", "function-compute", "object-storage", "event-bridge"; found "tcp" [config.invalid-value]',
      ],
    ],
    [
      'backends:\n  - name: pets\n    type: http\n    environments:\n      test:\n        timeouts: {}\n      production: { url: "http://me:secret@x" }\n',
      [
        'gatehouse.yaml:6:9: error: backends[0].environments.test needs either url (one target) or targets (several), not both [config.invalid-value]',
        'gatehouse.yaml:7:26: error: backends[0].environments.production.url must be an absolute http, https or unix URL without user, query or fragment, such as http://10.0.0.1:8080/base, or unix:/run/app.sock:/base for a Unix socket; found "http://…@x" [config.invalid-value]',
      ],
    ],
    [
      'environments: [ test, production, "a b" ]\napis: [{ name: a, definition: [] , variables: { test: { "x-y": z } } }]\nbackends:\n',
      [
        'gatehouse.yaml:1:35: error: environments[2] must be 1 to 128 letters, digits, dots, dashes or underscores, and begin and end with a letter or digit; found "a b" [config.invalid-value]',
        'gatehouse.yaml:2:31: error: apis[0].definition must be the path or URL of an OpenAPI document, or the document itself; found a list [config.invalid-value]',
        'gatehouse.yaml:2:57: error: the key "x-y" in apis[0].variables.test must be 1 to 64 letters, digits or underscores [config.invalid-key]',
        'gatehouse.yaml:3:1: error: backends must be a list; found nothing [config.wrong-type]',
      ],
    ],
    ['gateway: { __proto__: { threads: 2 } }', ['gatehouse.yaml:1:12: error: unknown key "__proto__" in gateway [config.unknown-key]']],
    ['[gateway]', ['gatehouse.yaml:1:1: error: a configuration must be a map of keys and values [config.wrong-type]']],
    [
      'a: [\nb',
      ['gatehouse.yaml:2:1: error: Flow sequence in block collection must be sufficiently indented and end with a ] [yaml.syntax]'],
    ],
  ])('%s', async (text, lines) => {
    const read = await readTexts({ 'gatehouse.yaml': text });
    expect(read.lines).toEqual(lines);
    expect(read.config).toBeUndefined();
  });
});

describe('policies', () => {
  it.each<[text: string, lines: string[]]>([
    ['- corz: {}', ['gatehouse.yaml:2:3: error: unknown policy "corz"; did you mean "cors"? [config.unknown-policy]']],
    ['- jwt: {}', ['gatehouse.yaml:2:3: error: unknown policy "jwt"; the policies are cors, rate-limit [config.unknown-policy]']],
    [
      '- cors: { allowOrigins: [] }\n  rate-limit: { limit: 1, window: 1s }',
      [
        'gatehouse.yaml:3:3: error: one entry names one policy, and this names "cors" and "rate-limit"; begin "rate-limit" with a dash of its own [config.policy-entry]',
      ],
    ],
    [
      '- cors',
      [
        'gatehouse.yaml:2:3: error: policies[0] must be a map with one key, the name of a policy, such as cors: { … }; found "cors" [config.invalid-value]',
      ],
    ],
    [
      '- rate-limit: { limit: 0, widow: 1s }',
      [
        'gatehouse.yaml:2:3: error: "window" is missing in policies[0].rate-limit: it must be a string [config.missing-key]',
        'gatehouse.yaml:2:24: error: policies[0].rate-limit.limit must be at least 1; found 0 [config.invalid-value]',
        'gatehouse.yaml:2:27: error: unknown key "widow" in policies[0].rate-limit; did you mean "window"? [config.unknown-key]',
      ],
    ],
    [
      '- cors: { allowOrigins: ["*"], maxAge: { second: 1 } }',
      [
        'gatehouse.yaml:2:32: error: "seconds" is missing in policies[0].cors.maxAge: it must be a number [config.missing-key]',
        'gatehouse.yaml:2:42: error: unknown key "second" in policies[0].cors.maxAge; did you mean "seconds"? [config.unknown-key]',
      ],
    ],
    [
      '- cors: { allowOrigins: ["*"], maxAge: 5 }',
      [
        'gatehouse.yaml:2:40: error: policies[0].cors.maxAge must be a map of keys and values or true or false; found 5 [config.invalid-value]',
      ],
    ],
  ])('%s', async (text, lines) => {
    expect((await readTexts({ 'gatehouse.yaml': `policies:\n${text}\n` })).lines).toEqual(lines);
  });
});

describe('what does not fit together is reported with its place', () => {
  it.each<[text: string, lines: string[]]>([
    [
      'networks: [{ name: core, host: 10.0.0.5, port: 443 }, { name: core, host: "::1", port: 1 }]\nbackends: [{ name: a, type: vpc, environments: { test: { network: cor } } }]',
      [
        'gatehouse.yaml:1:63: error: a second network "core"; the first is at gatehouse.yaml:1:20 [config.duplicate-name]',
        'gatehouse.yaml:2:67: error: there is no network "cor"; did you mean "core"? [config.unknown-network]',
      ],
    ],
    [
      'backends:\n  - { name: a, type: vpc, environments: { test: { url: "http://a" } } }\n  - { name: b, type: mock, environments: { test: { mock: {}, retry: { attempts: 5 } }, pre: { mock: { examples: true, status: 200 } } } }\n  - { name: c, type: service-discovery, environments: { test: { service: { name: a, record: a } } } }\n  - { name: d, type: http, environments: { test: { url: "http://a", https: true }, pre: { url: "http://a", mock: {} } } }\n  - { name: e, type: event-bridge, environments: {} }',
      [
        'gatehouse.yaml:2:56: error: backends[0].environments.test.url is for backend services of type http, and this one is of type vpc; found "http://a" [config.invalid-value]',
        'gatehouse.yaml:3:69: error: backends[1].environments.test.retry has no meaning where the gateway answers itself (mock) [config.invalid-value]',
        'gatehouse.yaml:3:127: error: backends[1].environments.pre.mock.status is that of the example: leave it out, or leave out examples; found 200 [config.invalid-value]',
        'gatehouse.yaml:4:74: error: backends[2].environments.test.service needs port: addresses have none [config.invalid-value]',
        'gatehouse.yaml:5:76: error: backends[3].environments.test.https has no meaning without network or service: a target says it by its URL; found true [config.invalid-value]',
        'gatehouse.yaml:5:114: error: backends[3].environments.pre.mock is for backend services of type mock, and this one is of type http [config.invalid-value]',
        'gatehouse.yaml:6:22: error: backends[4].type: Backend services of the type "event-bridge" need an integration that sends events, which this version does not have; found "event-bridge" [config.invalid-value]',
      ],
    ],
    [
      'backends: []\napis: [{ name: a, definition: x, backend: pets }]',
      ['gatehouse.yaml:2:43: error: there is no backend "pets"; there are no backends [config.unknown-backend]'],
    ],
    [
      `${PETS}apis: [{ name: a, definition: x, backend: pest, publish: [prodction], variables: { tst: {} } }]`,
      [
        'gatehouse.yaml:2:43: error: there is no backend "pest"; did you mean "pets"? [config.unknown-backend]',
        'gatehouse.yaml:2:59: error: there is no environment "prodction" to publish to; did you mean "production"? [config.unknown-environment]',
        'gatehouse.yaml:2:84: warning: variables for "tst", which is no environment, are never used; did you mean "test"? [config.unknown-environment]',
      ],
    ],
    [
      `${PETS}apis: [{ name: a, definition: x, backend: pets, publish: [test, pre] }]`,
      [
        'gatehouse.yaml:2:65: error: the backend "pets" is not defined in "pre", where this API is published [backend.undefined-in-environment]',
      ],
    ],
    [
      'environments: [dev]\nbackends: [{ name: b, type: http, environments: { staging: { url: http://a } } }]',
      [
        'gatehouse.yaml:1:15: error: gateway.defaultEnvironment is "production" unless it is set, and there is no such environment; set it to one of "dev" [config.unknown-environment]',
        'gatehouse.yaml:2:51: error: there is no environment "staging"; the environments are "dev" [config.unknown-environment]',
      ],
    ],
    [
      'gateway: { defaultEnvironment: prod }',
      [
        'gatehouse.yaml:1:32: error: there is no environment "prod"; the environments are "test", "pre", "production" [config.unknown-environment]',
      ],
    ],
    [
      'environments: [production, Production, RELEASE, production]',
      [
        'gatehouse.yaml:1:28: error: the environments "production" and "Production" differ in case only, and requests name environments in any case [config.environment-collision]',
        'gatehouse.yaml:1:40: error: an environment cannot be called "RELEASE": X-Ca-Stage: RELEASE means production [config.environment-collision]',
        'gatehouse.yaml:1:49: error: a second environment "production" [config.duplicate-name]',
      ],
    ],
    [
      'apis:\n  - { name: a, definition: x }\n  - { name: a, definition: x }\ndomains:\n  - { host: a.example, mappings: [{ api: a, environment: test }] }\n  - { host: A.example, mappings: [{ api: b, environment: tst }] }\n',
      [
        'gatehouse.yaml:3:13: error: a second API "a"; the first is at gatehouse.yaml:2:13 [config.duplicate-name]',
        'gatehouse.yaml:5:58: warning: the API "a" is not published to "test", so this mapping leads nowhere [config.unpublished-mapping]',
        'gatehouse.yaml:6:13: error: a second domain "A.example"; the first is at gatehouse.yaml:5:13 [config.duplicate-name]',
        'gatehouse.yaml:6:42: error: there is no API "b"; the APIs are "a", "a" [config.unknown-api]',
        'gatehouse.yaml:6:58: error: there is no environment "tst"; did you mean "test"? [config.unknown-environment]',
      ],
    ],
    [
      'apis: [{ name: a, definition: x, publish: [test] }]\ndomains:\n  - host: a.example\n    mappings:\n      - { api: a, environment: test }\n      - { api: a, environment: test, path: v1 }\n      - { api: a, environment: test }\n      - { api: a, environment: test, path: v1 }\n',
      [
        'gatehouse.yaml:7:9: error: a second mapping of the whole domain [config.duplicate-mapping]',
        'gatehouse.yaml:8:44: error: a second mapping of the path "v1" [config.duplicate-mapping]',
      ],
    ],
    [
      'apis:\n  - { name: pets, definition: x, publish: [test] }\n  - { name: b, definition: x, publish: [production, test], basePath: /pets }\n  - { name: c, definition: x, publish: [production], basePath: /test/c }\n',
      [
        'gatehouse.yaml:3:70: error: the base path "/pets" is also that of the API "pets" in "test"; give one of them another basePath [config.base-path-conflict]',
        'gatehouse.yaml:4:64: warning: the base path "/test/c" begins with the name of an environment, and in a path the environment wins: put one in front (/<environment>/<base path>), or use X-Ca-Stage or a domain [config.base-path-shadowed]',
      ],
    ],
    [
      'gateway:\n  accessLog: { format: $context.status $context.requestIds }\ncontrol: { database: "mysql://u:secret@h/db", listen: { host: "::", port: 8000 } }\n',
      [
        'gatehouse.yaml:2:24: error: gateway.accessLog.format must be json, clf, none, or a line that contains $context.requestId or $context.extendedRequestId [config.access-log-format]',
        'gatehouse.yaml:3:22: error: control.database must be sqlite, or a URL such as postgresql://user@host/database [config.database]',
        'gatehouse.yaml:3:75: warning: gateway.listen and control.listen name the same port, so one process cannot have both [config.port-conflict]',
      ],
    ],
    [
      'gateway: { timeouts: { response: 20s, total: 10s }, limits: { requestTimeout: 5s, uriBytes: 32KiB } }\nbackends: [{ name: b, type: http, environments: { test: { url: http://a, healthCheck: { path: /, interval: 0, timeout: 0 } } } }]',
      [
        'gatehouse.yaml:1:34: warning: the timeout response is longer than total, and so never strikes [config.timeouts]',
        'gatehouse.yaml:1:79: warning: gateway.limits.requestTimeout is shorter than headersTimeout, which then never strikes [config.timeouts]',
        'gatehouse.yaml:1:93: warning: gateway.limits.uriBytes is larger than headerBytes, which the request line counts towards [config.limits]',
        'gatehouse.yaml:2:108: error: the interval of a health check cannot be 0 [config.health-check]',
        'gatehouse.yaml:2:120: error: the timeout of a health check cannot be 0: a target that hangs would stay healthy [config.health-check]',
      ],
    ],
  ])('%s', async (text, lines) => {
    const read = await readTexts({ 'gatehouse.yaml': text });
    expect(read.lines).toEqual(lines);
    expect(read.config === undefined).toBe(lines.some((line) => line.includes(' error: ')));
  });

  it('a wrong value in one place hides no broken reference in another', async () => {
    const { lines } = await readTexts({
      'gatehouse.yaml': `${PETS}gateway: { threads: 0 }\napis: [{ name: a, definition: x, backend: pest }]\n`,
    });
    expect(lines.map((line) => line.slice(0, line.indexOf(' error')))).toEqual(['gatehouse.yaml:2:21:', 'gatehouse.yaml:3:43:']);
  });
});

describe('files', () => {
  it('are read from the disk, and what cannot be read says why', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gatehouse-config-'));
    try {
      const [good, bad, gone] = ['good.yaml', 'bad.yaml', 'gone.yaml'].map((name) => join(directory, name));
      if (good === undefined || bad === undefined || gone === undefined) throw new Error('unreachable');
      await writeFile(good, '\ufeffgateway: { threads: 2 }\n');
      await writeFile(bad, Buffer.from('gateway: \xff', 'latin1'));
      expect((await readConfig([good], fixtureSchema)).config?.gateway.threads).toBe(2);
      const { problems, inputs } = await readConfig([good, bad, gone, directory], fixtureSchema);
      expect(problems.map(formatProblem)).toEqual([
        `${bad}:1:1: error: cannot read this file: it is not UTF-8 text [config.unreadable]`,
        `${gone}:1:1: error: cannot read this file: there is no such file [config.unreadable]`,
        `${directory}:1:1: error: cannot read this file: it is a directory [config.unreadable]`,
      ]);
      expect(inputs).toEqual([good, bad, gone, directory]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('may be none at all: then every value is its default', async () => {
    const { config, problems, placeOf } = await readConfig([], fixtureSchema);
    expect(problems).toEqual([]);
    expect(config?.environments).toEqual(['test', 'pre', 'production']);
    expect(placeOf(['gateway'])).toBeUndefined();
  });
});
