/** A click may open a page or write a mail, but run no code. */
const SAFE_PROTOCOLS: readonly string[] = ["http:", "https:", "mailto:"];

/** The address of a link that a person typed; undefined if it is not safe to follow. */
export function safeLinkOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return SAFE_PROTOCOLS.includes(protocol) ? href : undefined;
}
