import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, asWord, type Fields } from '../document/value.ts';
import type { Content } from '../openapi/content.ts';

export interface AsyncMessage {
  name: string;
  summary: string | undefined;
  description: string | undefined;
  payload: Content;
  headers: Content | undefined;
}

export interface AsyncOperation {
  /** `RECEIVE onPetSold`. */
  key: string;
  /** `SEND` and `RECEIVE` of version 3, `PUBLISH` and `SUBSCRIBE` of version 2; `CHANNEL`: a channel that no operation uses. */
  action: 'SEND' | 'RECEIVE' | 'PUBLISH' | 'SUBSCRIBE' | 'CHANNEL';
  /** Of its channel: `pets.sold`. */
  address: string;
  title: string;
  summary: string | undefined;
  description: string | undefined;
  /** What the document says of the channel. */
  channel: string | undefined;
  tags: readonly string[];
  parameters: readonly { name: string; description: string | undefined; schema: unknown }[];
  messages: readonly AsyncMessage[];
  /** Protocols that something is said for, such as kafka. */
  bindings: readonly string[];
}

/** What an action means for whoever reads the document. In version 2, `publish` is what clients do; since 3, actions are the application's. */
export const ACTIONS: Record<AsyncOperation['action'], string> = {
  SEND: 'The application sends to this channel',
  RECEIVE: 'The application receives from this channel',
  PUBLISH: 'You can send to this channel',
  SUBSCRIBE: 'You can receive from this channel',
  CHANNEL: 'A channel',
};

/** The operations of an AsyncAPI document of version 2 or 3. */
export function readAsyncOperations(document: ApiDocument): AsyncOperation[] {
  const isV2 = (asWord(document.at(['asyncapi'])) ?? '').startsWith('2');
  const channels = document.namesAt(['channels']);
  if (isV2) return channels.flatMap((address) => v2Operations(document, address));
  const operations = document.namesAt(['operations']).map((name) => v3Operation(document, name));
  const used = new Set(operations.map(({ address }) => address));
  const others = channels
    .map((name) => channelOf(document, document.at(['channels', name]), name))
    .filter(({ address }) => !used.has(address));
  return [
    ...operations,
    ...others.map(({ address, fields }) => ({
      ...ofChannel(document, fields, address),
      key: `CHANNEL ${address}`,
      action: 'CHANNEL' as const,
      title: asText(fields.title) ?? address,
      summary: asText(fields.summary),
      description: asText(fields.description),
      channel: undefined,
      tags: tagsOf(fields),
      messages: Object.entries(asFields(fields.messages) ?? {}).map(([name, message]) => toMessage(document, message, name)),
    })),
  ];
}

function v2Operations(document: ApiDocument, address: string): AsyncOperation[] {
  const fields = document.fields(document.at(['channels', address]));
  return (['publish', 'subscribe'] as const).flatMap((action) => {
    const operation = asFields(fields[action]);
    if (operation === undefined) return [];
    const message = document.resolve(operation.message).value;
    const messages = asList(asFields(message)?.oneOf);
    const upper = action === 'publish' ? 'PUBLISH' : 'SUBSCRIBE';
    return [
      {
        ...ofChannel(document, fields, address),
        key: `${upper} ${address}`,
        action: upper,
        title: asText(operation.summary) ?? asWord(operation.operationId) ?? address,
        summary: asText(operation.summary),
        description: asText(operation.description),
        channel: asText(fields.description),
        tags: tagsOf(operation),
        messages: (messages.length > 0 ? messages : operation.message === undefined ? [] : [operation.message]).map((one, index) =>
          toMessage(document, one, `Message ${index + 1}`),
        ),
      },
    ];
  });
}

function v3Operation(document: ApiDocument, name: string): AsyncOperation {
  const operation = document.fields(document.at(['operations', name]));
  const { address, fields } = channelOf(document, operation.channel, name);
  const action = operation.action === 'send' ? 'SEND' : 'RECEIVE';
  const own = asList(operation.messages).map((message, index) => toMessage(document, message, `Message ${index + 1}`));
  const ofItsChannel = Object.entries(asFields(fields.messages) ?? {}).map(([key, message]) => toMessage(document, message, key));
  return {
    ...ofChannel(document, fields, address),
    key: `${action} ${name}`,
    action,
    title: asText(operation.title) ?? asText(operation.summary) ?? name,
    summary: asText(operation.summary),
    description: asText(operation.description),
    channel: asText(fields.description) ?? asText(fields.summary),
    tags: tagsOf(operation),
    messages: own.length > 0 ? own : ofItsChannel,
  };
}

function channelOf(document: ApiDocument, given: unknown, name: string): { address: string; fields: Fields } {
  const { value, name: channel } = document.resolve(given);
  const fields = asFields(value) ?? {};
  return { address: asText(fields.address) ?? channel ?? name, fields };
}

function ofChannel(document: ApiDocument, fields: Fields, address: string): Pick<AsyncOperation, 'address' | 'parameters' | 'bindings'> {
  return {
    address,
    parameters: Object.entries(asFields(fields.parameters) ?? {}).map(([name, given]) => {
      const parameter = document.fields(given);
      const { description, schema, ...words } = parameter;
      return { name, description: asText(description), schema: schema ?? { type: 'string', ...words } };
    }),
    bindings: Object.keys(document.fields(fields.bindings)),
  };
}

function tagsOf(fields: Fields): string[] {
  return asList(fields.tags).flatMap((tag) => asWord(asFields(tag)?.name ?? tag) ?? []);
}

function toMessage(document: ApiDocument, given: unknown, name: string): AsyncMessage {
  const resolved = document.resolve(given);
  const fields = asFields(resolved.value) ?? {};
  const type = asText(fields.contentType) ?? asText(document.at(['defaultContentType'])) ?? 'application/json';
  const examples = asList(fields.examples).map((example, index) => {
    const each = asFields(example) ?? {};
    return { name: asText(each.name) ?? `Example ${index + 1}`, summary: asText(each.summary), value: each.payload ?? example };
  });
  return {
    name: asText(fields.title) ?? asWord(fields.name) ?? resolved.name ?? name,
    summary: asText(fields.summary),
    description: asText(fields.description),
    payload: { type, schema: schemaOf(document, fields.payload), examples },
    headers:
      fields.headers === undefined ? undefined : { type: 'application/json', schema: schemaOf(document, fields.headers), examples: [] },
  };
}

/** Since version 3, a schema may stand in an object that says its format; those of other formats are shown as they are. */
function schemaOf(document: ApiDocument, given: unknown): unknown {
  const fields = document.fields(given);
  return fields.schemaFormat === undefined || fields.schema === undefined ? given : fields.schema;
}
