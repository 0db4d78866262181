import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

export type ClientProject = AsyncDisposable & {
  readonly folder: string;
  write(path: string, content: string): Promise<void>;
  /** Runs a program of `node_modules` in the project. @returns its exit code and everything that it printed. */
  run(program: string, ...args: string[]): Promise<{ code: number; output: string }>;
};

/** The folder of a client's project with our schema in it, and with our development dependencies as its own. */
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

/** Strict: a scalar that a client does not map is an error of the compiler. */
export const RELAY_CONFIG = {
  src: "./src",
  schema: "./people.api.graphql",
  artifactDirectory: "./src/__generated__",
  language: "typescript",
  eagerEsModules: true,
  requireCustomScalarTypes: true,
  customScalarTypes: { LocalDate: "string", DateTime: "string", EmailAddress: "string", JSON: "unknown" },
};

/** Compiles the `graphql` tags of `src/`. */
export async function compileRelay(
  project: ClientProject,
  config: object = RELAY_CONFIG,
): Promise<{ code: number; output: string }> {
  await project.write("relay.config.json", JSON.stringify(config));
  await mkdir(join(project.folder, RELAY_CONFIG.artifactDirectory), { recursive: true });
  return project.run("relay-compiler/cli.js");
}
