import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ImportOptions, importDefinition } from './import-definition.ts';
import { brief, line, validatePolicies } from './import-fixture.ts';

/** Documents that LocalStack keeps, most of them imported into Amazon API Gateway itself when its tests were recorded. */
const FOLDER = path.resolve(import.meta.dirname, '../../../../test/data/openapi');

interface DocumentRecord {
  file: string;
  options?: Partial<ImportOptions>;
  /** Absent: the document is refused. */
  routes?: string[];
  errorProfile?: string;
  policies?: string[];
  problems: string[];
}

const records: DocumentRecord[] = [
  {
    file: 'api_definition.yaml',
    problems: [
      'hint 8:5 definition.undeclared-path-parameter',
      'warning 25:29 integration.lenient-template',
      'error 43:15 integration.unsupported',
    ],
  },
  {
    file: 'openapi-basepath-server-variable.yaml',
    routes: ['GET /test -> mock 200', 'OPTIONS /test -> mock 200'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: ['hint 10:18 definition.base-path-ignored'],
  },
  {
    file: 'openapi-basepath-url.yaml',
    routes: ['GET /test -> mock 200', 'OPTIONS /test -> mock 200'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: ['hint 6:10 definition.base-path-ignored', 'warning 31:47 integration.mapping-ignored'],
  },
  {
    file: 'openapi-http-method-integration.json',
    problems: ['error 24:19 integration.unsupported'],
  },
  {
    file: 'openapi-method-int.spec.yaml',
    routes: ['GET /test -> mock 200'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: [],
  },
  {
    file: 'openapi-mock.json',
    routes: ['ANY /echo/{data} -> mock 200'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: ['hint 10:7 definition.undeclared-path-parameter'],
  },
  {
    file: 'openapi.cognito-auth.json',
    problems: [
      'error 12:12 auth.unsupported',
      'error 35:12 auth.unsupported',
      'error 58:12 auth.unsupported',
      'error 178:17 auth.unsupported',
    ],
  },
  {
    file: 'openapi.cognito-auth.json',
    options: {
      auth: 'none',
    },
    routes: [
      'GET /default-no-scope -> http://petstore-demo-endpoint.execute-api.com/petstore/pets',
      'GET /default-scope-override -> http://petstore-demo-endpoint.execute-api.com/petstore/pets',
      'GET /non-default-authorizer -> http://petstore-demo-endpoint.execute-api.com/petstore/pets',
      'GET /pets -> http://petstore.execute-api.us-west-1.amazonaws.com/petstore/pets',
    ],
    errorProfile: 'aws-rest',
    policies: [],
    problems: [],
  },
  {
    file: 'openapi.spec.circular-ref-with-request-body.json',
    problems: ['warning 13:3 extension.ignored', 'error 47:37 integration.template-unsupported'],
  },
  {
    file: 'openapi.spec.circular-ref.json',
    problems: ['error 40:37 integration.template-unsupported'],
  },
  {
    file: 'openapi.spec.global-auth.json',
    problems: ['hint 29:7 definition.undeclared-path-parameter', 'error 85:7 auth.unsupported', 'error 85:7 auth.unsupported'],
  },
  {
    file: 'openapi.spec.global-auth.json',
    options: {
      auth: 'none',
    },
    routes: ['GET /pets -> http://petstore-demo-endpoint.execute-api.com/petstore/pets', 'ANY /echo/{data} -> mock 200'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: ['hint 29:7 definition.undeclared-path-parameter'],
  },
  {
    file: 'openapi.spec.json',
    problems: ['error 123:11 auth.unsupported', 'hint 128:18 integration.path-parameter-filled'],
  },
  {
    file: 'openapi.spec.json',
    options: {
      auth: 'none',
    },
    routes: [
      'GET /pets -> http://petstore.execute-api.us-west-1.amazonaws.com/petstore/pets',
      'POST /pets -> http://petstore.execute-api.us-west-1.amazonaws.com/petstore/pets',
      'GET /pets/{petId} -> http://petstore.execute-api.us-west-1.amazonaws.com/petstore/pets/{petId}',
    ],
    errorProfile: 'aws-http',
    policies: ['cors'],
    problems: ['hint 128:18 integration.path-parameter-filled'],
  },
  {
    file: 'openapi.spec.pulumi.json',
    problems: [
      'hint 9:7 definition.undeclared-path-parameter',
      'error 57:13 auth.unsupported',
      'error 68:19 integration.unsupported',
      'error 72:13 auth.unsupported',
      'error 75:13 auth.unsupported',
      'warning 84:3 extension.ignored',
    ],
  },
  {
    file: 'openapi.spec.pulumi.json',
    options: {
      auth: 'none',
    },
    problems: ['hint 9:7 definition.undeclared-path-parameter', 'error 68:19 integration.unsupported', 'warning 84:3 extension.ignored'],
  },
  {
    file: 'openapi.spec.stage-variables.json',
    routes: ['GET /path1 -> https://${stageVariables.TestHost}/${stageVariables.testPath}?${stageVariables.querystring}'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: [],
  },
  {
    file: 'openapi.spec.stage-variables.json',
    options: {
      environments: {
        test: {
          TestHost: 'h',
          testPath: 'p',
          querystring: 'q',
        },
        production: {
          TestHost: 'h',
        },
      },
    },
    routes: ['GET /path1 -> https://${stageVariables.TestHost}/${stageVariables.testPath}?${stageVariables.querystring}'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: ['warning 14:18 definition.missing-stage-variable', 'warning 14:18 definition.missing-stage-variable'],
  },
  {
    file: 'openapi.spec.tf.json',
    problems: ['error 46:13 auth.unsupported', 'error 61:19 integration.unsupported'],
  },
  {
    file: 'pets.json',
    routes: [
      'GET /pets -> http://petstore-demo-endpoint.execute-api.com/petstore/pets',
      'GET /pets/{petId} -> http://petstore-demo-endpoint.execute-api.com/petstore/pets/{id}',
    ],
    errorProfile: 'aws-rest',
    policies: [],
    problems: [],
  },
  {
    file: 'petstore-authorizer.swagger.json',
    problems: [
      'error 37:13 auth.unsupported',
      'error 101:13 auth.unsupported',
      'error 117:18 definition.unset-parameter',
      'error 168:18 definition.unset-parameter',
      'error 267:18 definition.unset-parameter',
    ],
  },
  {
    file: 'petstore-authorizer.swagger.json',
    options: {
      auth: 'none',
      parameters: {
        uri: 'http://petstore.example.com/petstore/pets',
      },
    },
    routes: [
      'GET / -> mock 200',
      'GET /pets -> http://petstore.example.com/petstore/pets',
      'POST /pets -> http://petstore.example.com/petstore/pets',
      'OPTIONS /pets -> mock 200',
      'GET /pets/{petId} -> http://petstore.example.com/petstore/pets/{petId}',
      'OPTIONS /pets/{petId} -> mock 200',
    ],
    errorProfile: 'aws-rest',
    policies: ['headers', 'headers', 'headers'],
    problems: [],
  },
  {
    file: 'petstore-swagger.json',
    problems: [
      'error 106:18 definition.unset-parameter',
      'error 157:18 definition.unset-parameter',
      'error 256:18 definition.unset-parameter',
    ],
  },
  {
    file: 'petstore-swagger.json',
    options: {
      parameters: {
        uri: 'http://petstore.example.com/petstore/pets',
      },
    },
    routes: [
      'GET / -> mock 200',
      'GET /pets -> http://petstore.example.com/petstore/pets',
      'POST /pets -> http://petstore.example.com/petstore/pets',
      'OPTIONS /pets -> mock 200',
      'GET /pets/{petId} -> http://petstore.example.com/petstore/pets/{petId}',
      'OPTIONS /pets/{petId} -> mock 200',
    ],
    errorProfile: 'aws-rest',
    policies: ['headers', 'headers', 'headers'],
    problems: [],
  },
  {
    file: 'swagger-mock-cors.json',
    problems: [
      'hint 8:7 definition.undeclared-path-parameter',
      'hint 52:7 definition.undeclared-path-parameter',
      'error 55:19 integration.unsupported',
      'error 109:19 integration.unsupported',
    ],
  },
  {
    file: 'swagger.json',
    problems: ['hint 7:15 definition.base-path-ignored', 'error 13:13 auth.unsupported', 'error 45:13 auth.unsupported'],
  },
  {
    file: 'swagger.json',
    options: {
      auth: 'none',
    },
    routes: ['GET /test -> mock 200', 'OPTIONS /test -> mock 200'],
    errorProfile: 'aws-rest',
    policies: [],
    problems: ['hint 7:15 definition.base-path-ignored'],
  },
];

describe('documents written for Amazon API Gateway', () => {
  test('are all in the table', () => {
    const files = readdirSync(FOLDER).filter((name) => /\.(json|yaml)$/.test(name));
    expect([...new Set(records.map((record) => record.file))].sort()).toEqual(files.sort());
  });

  test.each(records)('$file $options', async ({ file, options, routes, errorProfile, policies, problems }) => {
    const result = await importDefinition({ definition: file, baseDir: FOLDER, validatePolicies, ...options });
    expect(brief(result.problems)).toEqual(problems);
    expect(result.definition?.routes.map(line)).toEqual(routes);
    expect(result.definition?.errorProfile).toBe(errorProfile);
    const used = result.definition && [...result.definition.policies, ...result.definition.routes.flatMap((route) => route.policies)];
    expect(used?.map((policy) => policy.name)).toEqual(policies);
    expect(result.inputs).toEqual([path.join(FOLDER, file)]);
  });
});
