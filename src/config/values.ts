import { z } from "zod";

/** Kinds of values that several variables have. */

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: ({ input }) => `expected a whole number from ${min} to ${max}, found ${JSON.stringify(input)}`,
    })
    .transform(Number);

export const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, {
    error: ({ input }) => `expected one of ${choices.join(", ")}, found ${JSON.stringify(input)}`,
  });

/** A problem never quotes the value: it may contain user and password. */
export const url = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => protocols.some((protocol) => URL.canParse(text) && new URL(text).protocol === protocol),
      {
        error:
          `expected a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}; ` +
          "percent-encode special characters in the user and the password",
      },
    );

/** Secrets with commas between them. No problem of `parse` quotes one. */
export const secrets = <Secret>(
  parse: (text: string) => { readonly entries: readonly Secret[]; readonly problems: readonly string[] },
) =>
  z.string().transform((text, context) => {
    const { entries, problems } = parse(text);
    for (const message of problems) context.addIssue({ code: "custom", message });
    return entries;
  });
