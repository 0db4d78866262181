/** A stage of a Dockerfile: its steps in order, as shell commands and copies. */
export type Stage = {
  readonly name: string | undefined;
  readonly steps: readonly Step[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly health: string | undefined;
  readonly command: string | undefined;
};

export type Step =
  | { readonly do: "run"; readonly command: string }
  | {
      readonly do: "copy";
      readonly from: string | undefined;
      readonly paths: readonly string[];
      readonly to: string;
    };

/**
 * Reads the instructions that our Dockerfile uses, one on a line. Throws on any other, so that it ignores
 * none.
 */
export function readDockerfile(text: string): Stage[] {
  const stages: { -readonly [Key in keyof Stage]: Stage[Key] }[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, instruction = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === "FROM") {
      const name = / AS (\S+)$/.exec(rest)?.[1];
      stages.push({
        name,
        steps: [],
        environment: {},
        user: undefined,
        health: undefined,
        command: undefined,
      });
      continue;
    }
    const stage = stages.at(-1);
    if (!stage) throw new Error("A Dockerfile starts with FROM.");
    if (instruction === "RUN") stage.steps = [...stage.steps, { do: "run", command: rest }];
    else if (instruction === "COPY") stage.steps = [...stage.steps, readCopy(rest)];
    else if (instruction === "ENV") stage.environment = { ...stage.environment, ...readVariable(rest) };
    else if (instruction === "USER") stage.user = rest;
    else if (instruction === "CMD") stage.command = rest;
    else if (instruction === "HEALTHCHECK") stage.health = rest.split(" CMD ")[1];
    else if (instruction !== "WORKDIR" && instruction !== "EXPOSE")
      throw new Error(`Unknown instruction: ${line}`);
  }
  return stages;
}

function readCopy(rest: string): Step {
  const words = rest.split(" ");
  const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
  const to = words.pop() ?? ".";
  return { do: "copy", from, paths: words.map((path) => path.replace(/^\/app\//, "")), to };
}

function readVariable(rest: string): Record<string, string> {
  const [name = "", value = ""] = rest.split("=");
  return { [name]: value };
}
