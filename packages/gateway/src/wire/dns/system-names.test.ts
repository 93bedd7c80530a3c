import { expect, test } from 'vitest';
import { namesToAsk, parseHosts, parseResolver } from './system-names.ts';

test('the hosts file names hosts behind their addresses', () => {
  const hosts = parseHosts('127.0.0.1 localhost\n# 10.0.0.9 commented.test\n10.0.0.1\tPets.test  pets # and more.test\n\n');
  expect([...hosts].sort()).toEqual(['localhost', 'pets', 'pets.test']);
});

test('in a cluster a short name is the service before it is a site of that name', () => {
  const cluster = parseResolver(
    'search shop.svc.cluster.local svc.cluster.local. cluster.local\nnameserver 10.96.0.10\noptions timeout:1 ndots:5\n',
  );
  expect(cluster.dots).toBe(5);
  expect(namesToAsk('payments.dev', cluster)).toEqual([
    'payments.dev.shop.svc.cluster.local',
    'payments.dev.svc.cluster.local',
    'payments.dev.cluster.local',
    'payments.dev',
  ]);
  expect(namesToAsk('payments.dev.', cluster)).toEqual(['payments.dev']);
  const plain = parseResolver('; domain a.test\ndomain example.com\nsearch office.test');
  expect(namesToAsk('api.example.com', plain)).toEqual(['api.example.com', 'api.example.com.office.test']);
  expect(parseResolver('')).toEqual({ search: [], dots: 1 });
});
