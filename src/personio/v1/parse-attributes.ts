import { z } from "zod";
import type { Attribute } from "../employee.ts";

/** `GET /v1/company/employees/attributes`: only the key is indispensable, the rest has an honest substitute. */
export const attributesAnswer = z
  .object({
    success: z.literal(true),
    data: z.array(
      z.object({
        key: z.string().min(1),
        label: z.string().nullish(),
        type: z.string().nullish(),
        universal_id: z.string().nullish(),
        options: z.unknown(),
      }),
    ),
  })
  .transform(({ data }): readonly Attribute[] =>
    data.map(({ key, label, type, universal_id, options }) => ({
      key,
      label: label || key,
      type: type || "standard",
      universalId: universal_id || null,
      options: Array.isArray(options) ? options.filter((option) => typeof option === "string") : [],
    })),
  );
