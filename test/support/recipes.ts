import { readFile } from "node:fs/promises";

/** The code block of the guide for clients and gateways that contains the text. */
export async function readRecipe(text: string): Promise<string> {
  const guide = await readFile("schema/README.md", "utf8");
  const blocks = Array.from(guide.matchAll(/^```[jt]s\n([\s\S]*?)\n```/gm), ([, code = ""]) => code);
  const recipe = blocks.find((code) => code.includes(text));
  if (!recipe) throw new Error(`The guide has no recipe with ${text}.`);
  return recipe;
}
