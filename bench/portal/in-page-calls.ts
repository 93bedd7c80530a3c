import type { PaintFigures } from './scores.ts';

/** Something that has to be on the screen: an element that the selector finds, with a text in it, and without another. */
export interface Part {
  selector: string;
  text?: string;
  not?: string;
}

/** What came over the wire, with its heads, in bytes. */
export interface Transfer {
  scriptBytes: number;
  styleBytes: number;
  fontBytes: number;
  otherBytes: number;
  requests: number;
}

/** What runs in the page, as `window.gatehouseBench`. */
export interface InPage {
  /** When the parts that the visit was for were on the screen, in ms since its start. */
  useful(): Promise<number>;
  /** What the browser observed up to now. */
  paints(): PaintFigures;
  transfer(): Transfer;
  /** Clicks, and resolves with the ms until all parts are on the screen. */
  click(target: Part, parts: readonly Part[]): Promise<number>;
  /** Puts a text into a field, as typing does. */
  type(selector: string, text: string, parts: readonly Part[]): Promise<number>;
  /** Scrolls to a share of the height. */
  scroll(selector: string, share: number, parts: readonly Part[]): Promise<number>;
}
