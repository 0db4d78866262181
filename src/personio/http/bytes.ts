/** How long a text is where Postgres stores it. */
export const bytesIn = (text: string): number => Buffer.byteLength(text);

/** As much of a text as so many bytes of UTF-8 hold; no character is cut in two. */
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
