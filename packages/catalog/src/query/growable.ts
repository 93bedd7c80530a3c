/** `array`, or a copy of it that has room for `length` elements. */
export function withRoom(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (array.length >= length) return array;
  const larger = new Uint32Array(Math.max(length, array.length + (array.length >>> 1) + 4));
  larger.set(array);
  return larger;
}
