import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Principal } from '../exchange/exchange.ts';
import { BoundedCache } from './bounded-cache.ts';
import { APP_ID_BYTES, APP_KEYS, APP_NAME_BYTES, APP_SERIAL, APP_TEXTS, KEY_SECRET, KEY_WORDS } from './layout.ts';
import type { SharedView } from './shared-view.ts';

/** What has been read of one block. `serial` tells whether the block is still the same. */
export interface KnownApp {
  readonly serial: number;
  readonly principal: Principal;
  readonly secrets: (KeyObject | undefined)[];
}

/** Per thread. */
const CAPACITY = 4096;

/** What a thread has read of apps, so that a caller who comes again costs no texts and no keys. */
export class KnownApps {
  readonly #view: SharedView;
  readonly #apps = new BoundedCache<number, KnownApp>(CAPACITY);

  constructor(view: SharedView) {
    this.#view = view;
  }

  /** The app in a block that is being read. */
  of(app: number): KnownApp {
    const { words, bytes } = this.#view;
    const serial = words[app + APP_SERIAL] as number;
    const known = this.#apps.get(app);
    if (known !== undefined && known.serial === serial) return known;
    const start = (app + (words[app + APP_TEXTS] as number)) * 4;
    const idEnd = start + (words[app + APP_ID_BYTES] as number);
    const id = bytes.toString('utf8', start, idEnd);
    const name = bytes.toString('utf8', idEnd, idEnd + (words[app + APP_NAME_BYTES] as number));
    const fresh: KnownApp = { serial, principal: { kind: 'app', id, name }, secrets: [] };
    this.#apps.set(app, fresh);
    return fresh;
  }

  /** The secret of one of its keys. */
  secretOf(known: KnownApp, app: number, key: number): KeyObject {
    const made = known.secrets[key];
    if (made !== undefined) return made;
    const { words, bytes } = this.#view;
    const at = app + APP_KEYS + key * KEY_WORDS + KEY_SECRET;
    const start = (app + (words[app + APP_TEXTS] as number)) * 4 + (words[at] as number);
    const secret = createSecretKey(Buffer.from(bytes.subarray(start, start + (words[at + 1] as number))));
    known.secrets[key] = secret;
    return secret;
  }
}
