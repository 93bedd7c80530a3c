import type { DebugCall, DebugResult, DomainSnapshot } from '@gatehouse/contract';
import { publications } from '@gatehouse/contract/management';
import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { sendRequest } from '../debug/send-request.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { Refusal } from '../operation/refusal.ts';
import { refuseInvalid } from '../operation/refuse-invalid.ts';
import type { ControlTables } from '../schema/tables.ts';
import type { PublishedDependencies } from './dependencies.ts';
import { findLive, mayChange } from './published-rows.ts';
import { toShownResult } from './shown-result.ts';

type Request = DebugCall['request'];

/** Requests of one caller that are on their way. A node takes a few at a time, and owners need it for theirs. */
const RUNNING_MAX = 4;

/** RFC 9110 sections 5.1 and 5.5: what could not stand on the wire is told here, by its place. */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,16384}$/;

/**
 * Anybody's API, called as one of the caller's own apps or as nobody: with the rights of that app, and from where the caller is. Who
 * does not own the API is told what any caller could find out.
 */
export function tryPublication(dependencies: PublishedDependencies): Implementation {
  const { database } = dependencies;
  const running = new Map<string, number>();
  return implement(publications.tryPublication, async (call) => {
    const { params, body, caller } = call;
    const { api, live } = await database.snapshot((tx) => findLive(tx, params.api, params.environment));
    const app = body.app === undefined ? null : await findOwnApp(database.read, caller, body.app);
    refuseHeaders(body.request.headers);
    const request = live.domains_only === 1 ? await atDomain(database.read, params, body.request) : body.request;
    const isOwner = mayChange(caller, api.owner);
    const who = caller.tokenId ?? caller.name;
    const count = running.get(who) ?? 0;
    if (count >= RUNNING_MAX) throw new Refusal('debug.unavailable', `${RUNNING_MAX} requests of yours are on their way already`);
    running.set(who, count + 1);
    const startedMs = performance.now();
    try {
      const sent = {
        action: publications.tryPublication.id,
        api,
        environment: live.environment,
        app,
        request,
        clientAddress: call.address,
      };
      const result = await sendRequest(dependencies, call, sent);
      return { body: { ...(isOwner ? result : toShownResult(result)), ms: msOf(result) ?? performance.now() - startedMs } };
    } catch (error) {
      // What a node says of its failures is written for those who run it.
      const isForOwners = error instanceof Refusal && error.code === 'debug.unavailable' && !isOwner;
      throw isForOwners ? new Refusal('debug.unavailable', 'No gateway node could run the request: try again in a moment') : error;
    } finally {
      const left = (running.get(who) ?? 1) - 1;
      if (left === 0) running.delete(who);
      else running.set(who, left);
    }
  });
}

/** Of those that may call in an app's name. Refused alike whether there is no such app or it is somebody else's. */
async function findOwnApp(db: Kysely<ControlTables>, caller: Caller, name: string): Promise<{ id: string; name: string }> {
  const app = await db.selectFrom('apps').select(['id', 'name', 'owner']).where('name', '=', name).executeTakeFirst();
  if (app === undefined || !caller.canChange(app.owner)) throw new Refusal('reference.unknown', `You have no app "${name}"`);
  return app;
}

function refuseHeaders(headers: Request['headers'] = {}): void {
  for (const [name, value] of Object.entries(headers)) {
    const path = ['body', 'request', 'headers', name];
    if (!FIELD_NAME.test(name)) refuseInvalid(path, 'is not the name of a header');
    if ([value].flat().some((each) => !FIELD_VALUE.test(each))) refuseInvalid(path, 'holds characters that no header may hold');
  }
}

/** An API that is reached through its own domains only is called at the first of them, unless the request says where. */
async function atDomain(db: Kysely<ControlTables>, { api, environment }: { api: string; environment: string }, request: Request) {
  if (Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === 'host')) return request;
  const rows = await db.selectFrom('domains').select(['host', 'mappings']).where('host', 'not like', '*.%').orderBy('host').execute();
  for (const { host, mappings } of rows) {
    const [mapping] = (JSON.parse(mappings) as DomainSnapshot['mappings'])
      .filter((each) => each.api === api && each.environment === environment)
      .toSorted((a, b) => b.path.length - a.path.length);
    if (mapping === undefined) continue;
    const path = mapping.path === '' ? request.path : `/${mapping.path}${request.path}`;
    return { ...request, path, headers: { ...request.headers, Host: host } };
  }
  return request;
}

/** As the node has measured it: without the way to it. */
function msOf({ trace }: DebugResult): number | undefined {
  return trace.findLast(({ step }) => step === 'response')?.ms;
}
