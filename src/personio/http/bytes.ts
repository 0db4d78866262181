/** The length of a text where Postgres stores it. */
export const bytesIn = (text: string): number => Buffer.byteLength(text);

/** The beginning of a text that fits into so many bytes of UTF-8, with whole characters. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (bytesIn(text) <= bytesMax) return text;
  let bytes = 0;
  let cut = "";
  for (const character of text) {
    bytes += bytesIn(character);
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}
