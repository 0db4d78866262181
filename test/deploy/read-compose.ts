import { parse } from "yaml";
import { z } from "zod";

const conditions = ["service_healthy", "service_completed_successfully"] as const;

const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.literal(".").optional(),
  environment: z.record(z.string(), z.string()),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).optional(),
  volumes: z.array(z.string()).optional(),
  command: z.string().optional(),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({ test: z.array(z.string()), interval: z.string(), retries: z.number() }),
    ])
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(conditions) })).optional(),
  deploy: z.strictObject({ replicas: z.number() }).optional(),
  ports: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.string().optional(),
});

const composeSchema = z.strictObject({
  name: z.string(),
  "x-service": z.unknown(),
  services: z.record(z.string(), serviceSchema),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

export type Compose = z.infer<typeof composeSchema>;

/** Reads the keys that our compose.yaml uses, and fills variables in. Throws on any other key or variable. */
export function readCompose(text: string, variables: Readonly<Record<string, string>>): Compose {
  const filled = text.replaceAll(
    /\$\{(\w+)(?::(\?|-)(\w*))?\}/g,
    (_, name: string, kind: string, or: string) => {
      const value = variables[name] ?? (kind === "-" ? or : undefined);
      if (value === undefined) throw new Error(`compose.yaml needs the variable ${name}.`);
      return value;
    },
  );
  return composeSchema.parse(parse(filled, { merge: true }));
}
