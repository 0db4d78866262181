import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

export type ClientProject = AsyncDisposable & {
  readonly folder: string;
  write(path: string, content: string): Promise<void>;
  /** Runs a program of `node_modules` in the project. @returns its exit code and all its output. */
  run(program: string, ...args: string[]): Promise<{ code: number; output: string }>;
};

/** Makes the folder of a client's project, with our schema and our development dependencies in it. */
export async function createClientProject(): Promise<ClientProject> {
  const folder = await mkdtemp(join(tmpdir(), "people-client-"));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  await copyFile("schema/people.api.graphql", join(folder, "people.api.graphql"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  return {
    folder,
    async write(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    run: (program, ...args) => run(folder, [join("node_modules", program), ...args]),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function run(cwd: string, args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error)) throw error;
    const code = "code" in error ? Number(error.code) : 1;
    return { code, output: `${error.stdout}${error.stderr}` };
  }
}

type RelayConfig = {
  readonly language: string;
  readonly customScalarTypes: Readonly<Record<string, string>>;
};

/** The configuration in the guide for clients. It is strict: each scalar must be mapped. */
const RECIPE: RelayConfig = JSON.parse(
  readFileSync("schema/README.md", "utf8").split("```json\n")[1]?.split("```")[0] ?? "",
);

export const RELAY_CONFIG = { ...RECIPE, artifactDirectory: "./src/__generated__", eagerEsModules: true };

/** Compiles the `graphql` tags of `src/`. */
export async function compileRelay(
  project: ClientProject,
  config: RelayConfig = RELAY_CONFIG,
): Promise<{ code: number; output: string }> {
  await project.write("relay.config.json", JSON.stringify(config));
  await mkdir(join(project.folder, RELAY_CONFIG.artifactDirectory), { recursive: true });
  return project.run("relay-compiler/cli.js");
}
