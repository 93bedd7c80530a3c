/** Which characters may stand where, by code: one look in a table per character is the fastest check there is. */

/** A character of a token (RFC 9110 section 5.6.2): methods and field names. */
export const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") TOKEN[character.charCodeAt(0)] = 1;

/** A character of a field value (RFC 9110 section 5.5): tab, space, visible, and the bytes above ASCII. */
export const FIELD_VALUE = new Uint8Array(256);
for (let code = 0; code < 256; code++) FIELD_VALUE[code] = (code >= 32 && code !== 127) || code === 9 ? 1 : 0;

/** A character that may stand in a request target at all: visible ASCII. What it means there is the router's to say. */
export const TARGET = new Uint8Array(256);
for (let code = 0x21; code < 0x7f; code++) TARGET[code] = 1;
