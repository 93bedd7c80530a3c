/** 12345.6 as 12,346. */
export const formatCount = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Microseconds as µs below one millisecond, else as ms. */
export const formatMicros = (micros: number): string => (micros < 1000 ? `${Math.round(micros)} µs` : `${(micros / 1000).toFixed(2)} ms`);

/** Bytes as megabytes of 1024 x 1024. */
export const formatMegabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

export const formatRatio = (ratio: number): string => `${ratio.toFixed(2)} x`;
