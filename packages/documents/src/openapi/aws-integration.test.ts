import { describe, expect, test } from 'vitest';
import { brief, httpUse, importYaml, messages, mockUse, withIntegration } from './import-fixture.ts';

const PROXY = 'type: http_proxy\nuri: "http://host/{id}"';

describe('an HTTP integration', () => {
  test('of type http passes on what is mapped only, of type HTTP_PROXY everything', async () => {
    expect(httpUse(await importYaml(withIntegration('type: HTTP\nuri: http://host/x\nhttpMethod: post')))).toMatchObject({
      passThrough: false,
      method: 'POST',
    });
    const proxy = httpUse(await importYaml(withIntegration('type: HTTP_PROXY\nuri: http://host/x\nhttpMethod: any')));
    expect(proxy.passThrough).toBe(true);
    expect(proxy.method).toBeUndefined();
  });

  test('takes every source and target of a mapping', async () => {
    const result = await importYaml(
      withIntegration(`${PROXY}
requestParameters:
  integration.request.path.id: method.request.path.id
  integration.request.querystring.all: method.request.multivaluequerystring.a
  integration.request.querystring.one: method.request.querystring.a[]
  integration.request.header.X-One: method.request.header.Accept
  integration.request.header.X-All: method.request.multivalueheader.accept
  integration.request.header.X-Stage: stageVariables.name
  integration.request.header.X-Ip: context.identity.sourceIp
  integration.request.header.X-Sub: context.authorizer.claims.x-y-z
  integration.request.header.X-Text: "'it''s: \${text}'"`),
      { parameters: { text: 'filled' } },
    );
    expect(httpUse(result).parameters.map(({ in: place, name, from }) => `${place} ${name} ${from}`)).toEqual([
      'path id method.request.path.id',
      'query all method.request.multivaluequerystring.a',
      'query one method.request.querystring.a[]',
      'header X-One method.request.header.Accept',
      'header X-All method.request.multivalueheader.accept',
      'header X-Stage stageVariables.name',
      'header X-Ip context.identity.sourceIp',
      'header X-Sub context.authorizer.claims.x-y-z',
      "header X-Text 'it''s: filled'",
    ]);
  });

  test.each([
    ['integration.request.header.X: method.request.path.other', 'Invalid mapping expression specified', 'no parameter {other}'],
    ['integration.request.header.X: method.request.body.a', 'Invalid mapping expression specified', 'not supported yet'],
    ['integration.request.header.X: literal', 'Invalid mapping expression specified', 'in quotes'],
    ['integration.request.header.X: stageVariables.a-b', 'Invalid mapping expression specified', 'stageVariables.NAME'],
    ['integration.request.body.X: context.stage', 'Invalid mapping expression specified', 'integration.request.path.NAME'],
    ['append:header.X: $request.header.y', 'Invalid mapping expression specified', 'HTTP APIs'],
    ['integration.request.header.Content-Length: "\'1\'"', 'Content-Length', 'cannot be set'],
    ['integration.request.header.transfer-encoding: "\'x\'"', 'transfer-encoding', 'cannot be set'],
    ['integration.request.header.X-Amzn-Trace-Id: "\'x\'"', 'X-Amzn-Trace-Id', 'cannot be set'],
    ['integration.request.header.Connection: "\'x\'"', 'Connection', 'cannot be set'],
    ['integration.request.header.Host: "\'x\'"', 'Host', 'cannot be set'],
    ['integration.request.header.X-Gatehouse-App: "\'x\'"', 'X-Gatehouse-App', 'cannot be set'],
    ['"integration.request.header.a b": "\'x\'"', '"a b"', 'name of a header'],
    ['integration.request.header.X: "\'a\\r\\nb\'"', 'Invalid mapping expression specified', 'control characters'],
    ['integration.request.header.X: "\'日本\'"', 'header', '8859-1'],
  ])('refuses the mapping %s', async (mapping, ...parts) => {
    const { definition, problems } = await importYaml(withIntegration(`${PROXY}\nrequestParameters:\n  ${mapping}`));
    expect(definition).toBeUndefined();
    for (const part of parts) expect(messages(problems, 'integration.invalid-mapping')).toEqual([expect.stringContaining(part)]);
    expect(problems.find((problem) => problem.code === 'integration.invalid-mapping')?.place?.line).toBe(10);
  });

  test.each([
    ['http://${stageVariables.host}/a', undefined],
    ['${stageVariables.scheme}://host:${stageVariables.port}/a?b=${stageVariables.c}', undefined],
    ['${stageVariables.base}/a', undefined],
    ['https://a.${stageVariables.tld}/{id}', undefined],
    ['ftp://host/', 'http://, https:// or a stage variable'],
    ['/pets', 'http://, https:// or a stage variable'],
    ['arn:aws:apigateway:us-east-1:lambda:path/x', 'http://, https:// or a stage variable'],
    ['http://user:secret@host/', 'user or password'],
    ['http://host/a#b', 'fragment'],
    ['http://host/${stageVariables.a-b}', 'stageVariables.name'],
    ['http://$${other}/x', 'stageVariables.name'],
    ['http://{id}.example.com/', 'in its path only'],
    ['http://host/?id={id}', 'in its path only'],
    ['http://host/{a', 'braces'],
    ['http://host/a b', 'percent-encoded'],
    ['http:///x', 'not a valid URL'],
    ['http://exa mple/', 'percent-encoded'],
    ['http://[::1/', 'not a valid URL'],
  ])('calls %s or says why not', async (uri, why) => {
    const { definition, problems } = await importYaml(withIntegration(`type: http_proxy\nuri: ${JSON.stringify(uri)}`));
    if (why === undefined) expect(definition?.routes[0]?.integration).toMatchObject({ uri });
    else expect(messages(problems, 'integration.invalid-uri')).toEqual([expect.stringContaining(why)]);
  });

  test('says which {name} of its uri it fills by itself, and refuses one that gets no value', async () => {
    const filled = await importYaml(withIntegration('type: http_proxy\nuri: "http://host/{proxy}/{proxy+}"', { path: '/{proxy+}' }));
    expect(messages(filled.problems, 'integration.path-parameter-filled')).toHaveLength(1);
    const unknown = await importYaml(withIntegration('type: http_proxy\nuri: "http://host/{other}"'));
    expect(brief(unknown.problems)).toContain('error 8:14 integration.unknown-path-parameter');
  });

  test('waits as long as Amazon API Gateway would, or as it says', async () => {
    const use = async (text: string, extra = '') => httpUse(await importYaml(withIntegration(text, { extra }), { auth: 'none' })).timeouts;
    expect(await use(PROXY)).toEqual({ responseMs: 29_000, totalMs: 29_000 });
    expect(await use(PROXY, 'x-amazon-apigateway-importexport-version: "1.0"')).toEqual({ responseMs: 30_000, totalMs: 30_000 });
    expect(await use(`${PROXY}\ntimeoutInMillis: 1500`)).toEqual({ responseMs: 1500, totalMs: 1500 });
    const { problems } = await importYaml(withIntegration(`${PROXY}\ntimeoutInMillis: soon`));
    expect(brief(problems)).toContain('error 9:26 integration.invalid-timeout');
  });

  test('carries its TLS settings, and says that an unverified backend is one', async () => {
    const result = await importYaml(
      withIntegration(
        `${PROXY}\nconnectionType: VPC_LINK\ntlsConfig: { insecureSkipVerification: true, serverNameToVerify: internal.example.com }`,
      ),
    );
    expect(httpUse(result).tls).toEqual({ insecureSkipVerify: true, serverName: 'internal.example.com' });
    expect(result.problems.map((problem) => problem.code)).toEqual(
      expect.arrayContaining(['integration.unverified-backend', 'integration.vpc-link-direct']),
    );
  });

  test('of type http turns literal response headers into a policy, and says what of its responses is not acted on', async () => {
    const literal = await importYaml(
      withIntegration(
        'type: http\nuri: http://host\nresponses: { default: { statusCode: 200, responseParameters: { method.response.header.X-A: "\'b\'", method.response.header.X-B: context.requestId } } }',
      ),
    );
    expect(literal.definition?.routes[0]?.policies).toMatchObject([
      { name: 'headers', config: { response: { set: { 'X-A': 'b', 'X-B': { from: 'context.requestId' } } } } },
    ]);
    expect(literal.problems.filter((problem) => problem.severity === 'warning')).toEqual([]);
    const mapped = await importYaml(
      withIntegration(`type: http
uri: http://host
responses:
  "4\\\\d{2}": { statusCode: 400 }
  default:
    statusCode: 200
    responseParameters: { method.response.header.X-A: integration.response.header.X-B }
    responseTemplates: { application/json: "#set($a = 1)" }`),
    );
    expect(mapped.definition?.routes[0]?.policies).toEqual([]);
    expect(brief(mapped.problems).filter((text) => text.startsWith('warning'))).toEqual([
      'warning 10:11 integration.response-mapping-ignored',
      'warning 13:63 integration.response-mapping-ignored',
      'warning 14:52 integration.response-mapping-ignored',
    ]);
  });

  test('of type http refuses a request template that makes a body, and takes one that hands it on', async () => {
    const made = await importYaml(withIntegration('type: http\nuri: http://host\nrequestTemplates: { application/json: "{}" }'));
    expect(brief(made.problems)).toContain('error 9:47 integration.template-unsupported');
    const handed = await importYaml(
      withIntegration(`type: http\nuri: http://host\nrequestTemplates: { application/json: "$input.json('$')" }`),
    );
    expect(handed.definition?.routes).toHaveLength(1);
  });

  test.each([
    ['type: aws\nuri: arn:aws:x', 'integration.unsupported', 'error 7:15'],
    ['type: AWS_PROXY\nuri: arn:aws:x', 'integration.unsupported', 'error 7:15'],
    ['type: htp\nuri: http://h', 'integration.unsupported', 'error 7:15'],
    ['type: aws_proxy\nintegrationSubtype: SQS-SendMessage', 'integration.unsupported', 'error 8:29'],
    ['uri: http://h', 'integration.unsupported', 'error 6:7'],
    ['type: http_proxy', 'integration.invalid-uri', 'error 6:7'],
    ['type: http_proxy\nuri: http://h\nurl: http://h', 'integration.unknown-key', 'error 9:9'],
    ['type: http_proxy\nuri: http://h\nhttpMethod: "GET POST"', 'integration.invalid-method', 'error 9:21'],
  ])('%j is refused, never skipped', async (text, code, where) => {
    const { definition, problems } = await importYaml(withIntegration(text), { backend: 'b' });
    expect(definition).toBeUndefined();
    expect(brief(problems)).toContain(`${where} ${code}`);
  });
});

describe('placeholders', () => {
  test('without a value are refused where they matter, and left alone elsewhere', async () => {
    const text = withIntegration('type: http_proxy\nuri: "http://${host}/"\ncredentials: "${role}"');
    const { problems } = await importYaml(text);
    expect(messages(problems, 'definition.unset-parameter')).toEqual([expect.stringContaining('parameters.host')]);
    expect(httpUse(await importYaml(text, { parameters: { host: 'h' } })).uri).toBe('http://h/');
  });

  test('are filled in paths too, and a parameter cannot bring in another', async () => {
    const text = withIntegration('type: http_proxy\nuri: "http://${host}/"', { path: '/${version}/x' });
    const { definition } = await importYaml(text, { parameters: { version: 'v1', host: '$${stageVariables.${x}}' } });
    expect(definition).toBeUndefined();
    expect((await importYaml(text, { parameters: { version: 'v1', host: 'h' } })).definition?.routes[0]?.path).toBe('/v1/x');
  });
});

describe('a reusable integration', () => {
  test('is followed from the operation', async () => {
    const result = await importYaml(
      withIntegration('$ref: "#/components/x-amazon-apigateway-integrations/things"', {
        extra:
          'components: { x-amazon-apigateway-integrations: { things: { type: http_proxy, uri: "http://host/things", payloadFormatVersion: "2.0" } } }',
      }),
    );
    expect(httpUse(result).uri).toBe('http://host/things');
    expect(result.definition?.errorProfile).toBe('aws-http');
  });
});

describe('a mock integration', () => {
  const mock = (text: string) => importYaml(withIntegration(`type: mock\n${text}`));
  const REQUEST = `requestTemplates: { application/json: '{"statusCode": 404}' }`;

  test('answers with the response that its status selects', async () => {
    const result = await mock(`${REQUEST}
responses:
  default: { statusCode: "500" }
  "4\\\\d{2}":
    statusCode: 410
    responseParameters: { method.response.header.X-A: "'a'", method.response.header.X-Stage: context.stage, method.response.header.X-V: stageVariables.v }
    responseTemplates: { text/html: "<p>gone</p>", application/json: '{"id": "$input.params("id")"}' }`);
    expect(mockUse(result)).toEqual({
      kind: 'mock',
      status: 410,
      headers: { 'x-a': "'a'", 'x-stage': 'context.stage', 'x-v': 'stageVariables.v' },
      bodies: [
        { contentType: 'text/html', text: '<p>gone</p>' },
        { contentType: 'application/json', text: `{"id": "$input.params('id')"}` },
      ],
      template: true,
    });
  });

  test('with static text needs no rendering, and {statusCode: 200} is enough', async () => {
    const use = mockUse(
      await mock(
        `requestTemplates: { application/json: "{statusCode: 200}" }\nresponses: { default: { responseTemplates: { application/json: "" } } }`,
      ),
    );
    expect(use).toEqual({ kind: 'mock', status: 200, headers: {}, bodies: [{ contentType: 'application/json', text: '' }] });
  });

  test.each([
    ['responses: { default: {} }', 'integration.invalid-mock'],
    [`requestTemplates: { application/json: '{"status": 200}' }\nresponses: { default: {} }`, 'integration.invalid-mock'],
    [
      `requestTemplates: { application/json: '#if(1){"statusCode": 200}#end' }\nresponses: { default: {} }`,
      'integration.template-unsupported',
    ],
    [`${REQUEST}\nresponses: { "200": {} }`, 'integration.invalid-mock'],
    [`${REQUEST}\nresponses: { "(": {}, default: {} }`, 'integration.invalid-mock'],
    [`${REQUEST}\nresponses: { default: { statusCode: 2000 } }`, 'integration.invalid-mock'],
    [
      `${REQUEST}\nresponses: { default: { responseTemplates: { application/json: "$util.urlEncode('a')" } } }`,
      'integration.template-unsupported',
    ],
    [`${REQUEST}\nresponses: { default: { responseParameters: { header.X: "'a'" } } }`, 'integration.invalid-mapping'],
    [
      `${REQUEST}\nrequestParameters: { integration.request.header.X: nonsense }\nresponses: { default: {} }`,
      'integration.invalid-mapping',
    ],
  ])('%j is refused as %s', async (text, code) => {
    const { definition, problems } = await mock(text);
    expect(definition).toBeUndefined();
    expect(problems.filter((problem) => problem.severity === 'error').map((problem) => problem.code)).toEqual([code]);
  });
});
