import type { CustomAttributeType } from "#graph/graphql";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import { safeLinkOf } from "./safe-link.ts";

type AttributeValueProps = { readonly type: CustomAttributeType; readonly value: unknown };

/** Shows a value of a custom attribute by its type. People type links, so only safe ones become links. */
export function AttributeValue({ type, value }: AttributeValueProps) {
  const format = useFormat();
  const { parts } = useTexts();
  if (Array.isArray(value)) return format.list(value.map(String));
  const text = typeof value === "number" ? format.number(value) : String(value);
  if (type === "DATE" && /^\d{4}-\d\d-\d\d$/.test(text)) return format.day(text);
  if (type === "MULTILINE") return <span className="lines">{text}</span>;
  const link = type === "LINK" ? safeLinkOf(text) : undefined;
  if (link === undefined) return text;
  return (
    <a href={link} target="_blank" rel="noreferrer noopener">
      {text}
      <span className="unseen"> {parts.opensNewTab}</span>
    </a>
  );
}
