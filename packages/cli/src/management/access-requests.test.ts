import { accessRequests, type OperationResult } from '@gatehouse/contract/management';
import { RecordedControlPlane } from '@gatehouse/sdk/management/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runForTest } from '../testing/run-for-test.ts';

const REQUEST: OperationResult<typeof accessRequests.requestAccess> = {
  id: 'id-7',
  app: 'shop',
  appOwner: 'shops',
  api: 'petstore',
  apiOwner: 'pets',
  environment: 'test',
  state: 'pending',
  reason: 'To sell\u001b[2J pets',
  requestedBy: 'ann',
  requestedAt: '2026-05-04T03:02:01Z',
  decidedBy: null,
  decidedAt: null,
  answer: null,
  mayDecide: true,
};

let plane: RecordedControlPlane;
beforeAll(async () => {
  plane = await RecordedControlPlane.open();
});
afterAll(() => plane.close());
beforeEach(() => plane.reset());

const gatehouse = (...args: string[]) => runForTest(args, { GATEHOUSE_URL: plane.url, GATEHOUSE_TOKEN: 'token' });

test('an app asks for an API, and is told whom, or that it may call at once', async () => {
  plane.answer(accessRequests.requestAccess, REQUEST);
  const asked = await gatehouse('apps', 'request-access', 'shop', 'petstore', 'test', '--reason', 'To sell pets');
  expect([asked.exit, asked.stdout]).toEqual([0, 'Asked pets: shop wants to call petstore in test (id-7)\n']);
  expect(plane.calls[0]).toMatchObject({
    params: { name: 'shop' },
    body: { api: 'petstore', environment: 'test', reason: 'To sell pets' },
  });
  plane.reset();
  plane.answer(accessRequests.requestAccess, { ...REQUEST, state: 'approved' });
  expect((await gatehouse('apps', 'request-access', 'shop', 'petstore', 'test')).stdout).toBe(
    'Approved at once: shop may call petstore in test\n',
  );
});

test('those that wait for a decision are listed, what others wrote without control characters', async () => {
  plane.answer(accessRequests.listAccessRequests, { items: [REQUEST] });
  const { exit, stdout } = await gatehouse('access-requests', 'list', '--to-decide', '--api', 'petstore');
  expect([exit, stdout]).toEqual([0, expect.stringMatching(/pending +shop +shops +petstore +test +To sell.*pets +id-7\n$/)]);
  expect(stdout).not.toContain('\u001b');
  expect(plane.calls[0]?.query).toEqual({ limit: '100', decidable: 'true', api: 'petstore' });
});

test('they are decided with an answer and an end, or taken back', async () => {
  plane.answer(accessRequests.approveAccess, { ...REQUEST, state: 'approved' });
  const approved = await gatehouse('access-requests', 'approve', 'id-7', '--expires', '2027-01-31T00:00:00Z', '--answer', 'Welcome');
  expect(approved.stdout).toBe('shop may call petstore in test until 2027-01-31T00:00:00Z\n');
  expect(plane.calls[0]).toMatchObject({ params: { id: 'id-7' }, body: { expiresAt: '2027-01-31T00:00:00Z', answer: 'Welcome' } });
  plane.refuse(accessRequests.rejectAccess, 'request.decided', 'The request is not pending any more: it was approved');
  const rejected = await gatehouse('access-requests', 'reject', 'id-7');
  expect([rejected.exit, rejected.stderr]).toEqual([1, expect.stringContaining('[request.decided]')]);
  plane.answer(accessRequests.withdrawAccess, { ...REQUEST, state: 'withdrawn' });
  expect((await gatehouse('access-requests', 'withdraw', 'id-7')).stdout).toMatch(/^Taken back: shop /);
});
